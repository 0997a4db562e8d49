using EdgeGateway.Devices.Zones;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>Watches the zones of each device of an entry. A broker may deliver again; a position older than the newest changes nothing.</summary>
internal sealed class DeviceZones(IReadOnlyList<PositionZone> zones, DriverHost host)
{
    // A phone whose clock runs ahead would make everything after it look old.
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, (ZoneWatch Watch, DateTimeOffset Newest)> devices = new(StringComparer.Ordinal);

    /// <summary>What a position changes, usually nothing; valid until the next call.</summary>
    public IReadOnlyList<ZoneVisit> Observe(PositionReading position)
    {
        var now = host.Time.GetUtcNow();
        var at = position.ObservedAt is { } observed && observed - now <= MostAhead ? observed : now;
        var (watch, newest) = devices.TryGetValue(position.Device, out var known) ? known : (new ZoneWatch(zones, host.OpenVisits(position.Device)), DateTimeOffset.MinValue);
        if (at < newest)
        {
            return [];
        }

        devices[position.Device] = (watch, at);
        return watch.Observe(new Fix(at, position.Latitude, position.Longitude, position.AccuracyMetres), at);
    }
}
