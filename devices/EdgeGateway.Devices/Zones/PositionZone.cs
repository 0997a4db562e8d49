namespace EdgeGateway.Devices.Zones;

/// <summary>A place on the map whose visits are told: a circle, or the area within corners.</summary>
public sealed record PositionZone
{
    /// <summary>Unique in its device, 1 to 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Centre of a circle, degrees, north positive.</summary>
    public double? Latitude { get; init; }

    /// <summary>Centre of a circle, degrees, east positive.</summary>
    public double? Longitude { get; init; }

    /// <summary>Of a circle, 1 to 100,000.</summary>
    public double? RadiusMetres { get; init; }

    /// <summary>Corners of an area in order, 3 to 100, at most 100 km from each other; null for a circle.</summary>
    public IReadOnlyList<ZoneCorner>? Corners { get; init; }

    /// <summary>
    /// Metres beyond the edge from which on a vehicle has left, 1 to 10,000. Positions known to be less accurate than this say
    /// nothing about the zone.
    /// </summary>
    public double HysteresisMetres { get; init; } = 50;

    /// <summary>A stay of so long is told too, once a visit, 1 s to 30 days; null for never.</summary>
    public TimeSpan? Dwell { get; init; }

    /// <summary>Metres from the zone's edge, 0 within it.</summary>
    internal double MetresOutside(in Fix fix) =>
        Corners is not null ? Area.MetresOutside(Corners, fix)
        : Math.Max(0, fix.MetresTo(new Fix(fix.Time, Latitude!.Value, Longitude!.Value)) - RadiusMetres!.Value);
}

/// <summary>A corner of an area.</summary>
public sealed record ZoneCorner
{
    /// <summary>Degrees, -90 to 90, north positive.</summary>
    public required double Latitude { get; init; }

    /// <summary>Degrees, -180 to 180, east positive.</summary>
    public required double Longitude { get; init; }
}
