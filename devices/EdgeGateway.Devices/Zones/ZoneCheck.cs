namespace EdgeGateway.Devices.Zones;

/// <summary>Finds the mistakes in the zones of a configuration.</summary>
internal static class ZoneCheck
{
    private const int MaxZones = 500;
    private const int MaxCorners = 100;
    private const double LargestMetres = 100_000;
    private static readonly TimeSpan LongestDwell = TimeSpan.FromDays(30);

    /// <summary>Mistakes as (path below the device, what is wrong).</summary>
    public static IEnumerable<(string Path, string Message)> Mistakes(IReadOnlyList<PositionZone>? zones)
    {
        if (zones is null)
        {
            return [];
        }

        if (zones.Count > MaxZones)
        {
            return [("zones", $"has more than {MaxZones} zones")];
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        return zones.SelectMany((zone, index) => Mistakes(zone, names).Select(mistake => ($"zones[{index}].{mistake.Path}", mistake.Message)));
    }

    private static IEnumerable<(string Path, string Message)> Mistakes(PositionZone zone, HashSet<string> names)
    {
        if (zone.Name.Length is < 1 or > 64)
        {
            yield return ("name", "must have 1 to 64 characters");
        }
        else if (!names.Add(zone.Name))
        {
            yield return ("name", $"'{zone.Name}' is the name of another zone of this device");
        }

        foreach (var mistake in zone.Corners is null ? InCircle(zone) : InArea(zone, zone.Corners))
        {
            yield return mistake;
        }

        if (zone.HysteresisMetres is not (>= 1 and <= 10_000))
        {
            yield return ("hysteresisMetres", "must be between 1 and 10000");
        }

        if (zone.Dwell is { } dwell && (dwell < TimeSpan.FromSeconds(1) || dwell > LongestDwell))
        {
            yield return ("dwell", "must be between 1s and 30d");
        }
    }

    private static IEnumerable<(string Path, string Message)> InCircle(PositionZone zone)
    {
        if (zone.Latitude is not (>= -90 and <= 90))
        {
            yield return ("latitude", "must be between -90 and 90: the centre of a circle, unless there are corners");
        }

        if (zone.Longitude is not (>= -180 and <= 180))
        {
            yield return ("longitude", "must be between -180 and 180: the centre of a circle, unless there are corners");
        }

        if (zone.RadiusMetres is not (>= 1 and <= LargestMetres))
        {
            yield return ("radiusMetres", $"must be between 1 and {LargestMetres}");
        }
    }

    private static IEnumerable<(string Path, string Message)> InArea(PositionZone zone, IReadOnlyList<ZoneCorner> corners)
    {
        if (zone.Latitude is not null || zone.Longitude is not null || zone.RadiusMetres is not null)
        {
            yield return ("corners", "stands beside a centre or a radius: a zone is a circle or an area");
        }

        if (corners.Count is < 3 or > MaxCorners)
        {
            yield return ("corners", $"must be 3 to {MaxCorners}");
        }
        else if (corners.Any(corner => corner.Latitude is not (>= -90 and <= 90) || corner.Longitude is not (>= -180 and <= 180)))
        {
            yield return ("corners", "hold one that is no place on Earth");
        }
        else if (corners.Any(corner => At(corner).MetresTo(At(corners[0])) > LargestMetres))
        {
            yield return ("corners", $"are more than {LargestMetres / 1000} km apart");
        }
    }

    private static Fix At(ZoneCorner corner) => new(default, corner.Latitude, corner.Longitude);
}
