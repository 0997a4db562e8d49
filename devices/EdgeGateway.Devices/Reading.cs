using EdgeGateway.Devices.Zones;

namespace EdgeGateway.Devices;

/// <summary>What a driver read, not yet numbered. Each driver yields one of the derived kinds.</summary>
/// <param name="Device">Id of the device in the configuration.</param>
/// <param name="ObservedAt">When the source says it was read; null where the time of arrival counts.</param>
public abstract record Reading(string Device, DateTimeOffset? ObservedAt)
{
    /// <summary>True where its source kept it and sent it later: it counts for its time and is no present value.</summary>
    public bool IsStored { get; init; }
}

/// <summary>A sample of a probe: <paramref name="Celsius"/> or a <paramref name="Fault"/>, never both.</summary>
/// <param name="Device">Id of the device in the configuration.</param>
/// <param name="ObservedAt">When the source says it was read; null where the time of arrival counts.</param>
/// <param name="Celsius">°C.</param>
/// <param name="Fault">Why there is no temperature, in a few words.</param>
/// <param name="Humidity">Relative, 0 to 100 %.</param>
/// <param name="Battery">Charge, 0 to 100 %.</param>
public sealed record TemperatureReading(
    string Device, DateTimeOffset? ObservedAt, double? Celsius, string? Fault = null, double? Humidity = null, double? Battery = null)
    : Reading(Device, ObservedAt);

/// <summary>A fix, WGS 84.</summary>
/// <param name="Device">Id of the device in the configuration.</param>
/// <param name="ObservedAt">Time of the fix.</param>
/// <param name="Latitude">Degrees, north positive.</param>
/// <param name="Longitude">Degrees, east positive.</param>
/// <param name="AccuracyMetres">Estimated horizontal error.</param>
/// <param name="SpeedMetresPerSecond">Over ground.</param>
/// <param name="CourseDegrees">From true north, 0 to 360.</param>
/// <param name="Visit">What the vehicle did there at a zone; null when nothing.</param>
public sealed record PositionReading(
    string Device, DateTimeOffset? ObservedAt, double Latitude, double Longitude,
    double? AccuracyMetres = null, double? SpeedMetresPerSecond = null, double? CourseDegrees = null, ZoneVisit? Visit = null)
    : Reading(Device, ObservedAt);

/// <summary>One or more raw reads of one tag, before smoothing.</summary>
/// <param name="Device">Id of the reader in the configuration.</param>
/// <param name="ObservedAt">When the reader last saw it.</param>
/// <param name="Hex">The bits of the tag, upper-case hex.</param>
/// <param name="RssiDbm">Strongest read.</param>
/// <param name="Antenna">Port of that read, from 1.</param>
/// <param name="Reads">Reads the report stands for, at least 1.</param>
public sealed record TagReading(
    string Device, DateTimeOffset? ObservedAt, string Hex, double? RssiDbm = null, int? Antenna = null, int Reads = 1)
    : Reading(Device, ObservedAt);

/// <summary>A digital input changed.</summary>
/// <param name="Device">Id of the device in the configuration.</param>
/// <param name="ObservedAt">Time of the edge.</param>
/// <param name="Active">True while the contact is in its active state.</param>
public sealed record InputReading(string Device, DateTimeOffset? ObservedAt, bool Active)
    : Reading(Device, ObservedAt);
