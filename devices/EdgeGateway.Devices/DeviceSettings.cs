using EdgeGateway.Contracts;

namespace EdgeGateway.Devices;

/// <summary>What every entry of <c>devices</c> has; each driver derives its own keys from it.</summary>
public abstract record DeviceSettings
{
    /// <summary>Unique in the gateway: letters, digits, dot, dash, underscore; at most 64.</summary>
    public required string Id { get; init; }

    public required string Driver { get; init; }

    /// <summary>What the device yields. Not a key of the configuration, like the two below.</summary>
    public abstract EventFamily Family { get; }

    /// <summary>Where the tags of a reader are; null for every other device.</summary>
    public virtual ReaderPlace? Place => null;

    /// <summary>What an input stands for, for example <c>door</c>; null for every other device.</summary>
    public virtual string? InputKind => null;

    /// <summary>Mistakes in these settings as (JSON path below the device, what is wrong); empty when they will do.</summary>
    public virtual IEnumerable<(string Path, string Message)> Check() => [];
}

/// <summary>A device that yields temperatures.</summary>
public abstract record ProbeSettings : DeviceSettings
{
    /// <summary>Name of the profile whose rules judge it; null for none.</summary>
    public string? Profile { get; init; }

    /// <summary>Id of the input that tells whether the door to what it measures is open; null for none.</summary>
    public string? Door { get; init; }

    public override EventFamily Family => EventFamily.Temperature;
}

/// <summary>Where a tag reader stands.</summary>
/// <param name="Zone">Name of the place, for example <c>dock-1</c>.</param>
/// <param name="Passage"><c>receiving</c>, <c>shipping</c> or <c>shelf</c>: what being read there means for the stock.</param>
public sealed record ReaderPlace(string Zone, string Passage)
{
    /// <summary>
    /// Zones that antennas 1, 2, … look at, from the outside in; null for one zone. They make the reader a portal that
    /// tells in from out: what passes inwards is <c>receiving</c>, outwards <c>shipping</c>, and what only shows up has the passage above.
    /// </summary>
    public IReadOnlyList<string>? AntennaZones { get; init; }

    /// <summary>What is wrong with such zones in a configuration; null when nothing is.</summary>
    public static string? MistakeInAntennaZones(IReadOnlyList<string>? zones) =>
        zones is null || (zones.Count is >= 2 and <= 64 && zones.All(zone => zone.Length is >= 1 and <= 64))
            ? null
            : "must name the zones of antennas 1, 2, … from the outside in, 2 to 64 of them";
}
