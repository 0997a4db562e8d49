using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>Readings, kept for the chart and judged by the rules of their profile.</summary>
public sealed class TemperatureView(IReadOnlyDictionary<string, Profile> profiles, AlertBook alerts)
{
    private const int MaxGateways = 20_000;

    private readonly Dictionary<string, Dictionary<string, DeviceRow>> gateways = [];
    private readonly HashSet<string> wanted = [];
    private readonly List<DeviceRow> changed = [];
    private readonly SeriesWriter readings = new(ChunkRow.Readings);
    private readonly List<AlertChange> changes = [];

    /// <summary>Has all devices of a gateway loaded by <see cref="Load"/> unless they are here.</summary>
    public void Want(string gateway)
    {
        if (!gateways.ContainsKey(gateway))
        {
            wanted.Add(gateway);
        }
    }

    public void Load(IStoreTransaction transaction)
    {
        foreach (var gateway in wanted)
        {
            gateways.Add(gateway, []);
        }

        transaction.Load(DeviceRow.OfGateway, wanted, row => gateways[row.Gateway].Add(row.Device, row));
        wanted.Clear();
    }

    public void Apply(Received<TemperatureEvent> received)
    {
        var e = received.Value;
        var devices = gateways[e.Gateway];
        if (!devices.TryGetValue(e.Device, out var device))
        {
            devices.Add(e.Device, device = new DeviceRow(e.Gateway, e.Device, new ExcursionState()));
        }

        ReadingSeries.Write((device.Readings ??= readings.Open(device.Series)).Start(e.ObservedAt.ToUnixTimeMilliseconds()), e);
        (device.Site, device.Asset, device.Profile) = (e.Site, e.Asset, e.Profile ?? device.Profile);
        Change(device);
        if (ProfileOf(device) is { } profile)
        {
            ExcursionEngine.Apply(profile, device.State, ProbeSample.Of(e), changes);
            Report(device, received.RecordAt);
        }
    }

    /// <summary>Judges silence of a gateway's probes: everything up to <paramref name="frontier"/> is here.</summary>
    public void AdvanceTo(string gateway, long frontier, long recordAt)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(frontier);
        foreach (var device in gateways[gateway].Values)
        {
            if (ProfileOf(device) is { SilentAfter: { } silentAfter } profile && device.State.LastAt + silentAfter <= at)
            {
                ExcursionEngine.AdvanceTo(profile, device.State, at, changes);
                Change(device);
                Report(device, recordAt);
            }
        }
    }

    public void Save(IStoreTransaction transaction)
    {
        readings.Save(transaction);
        transaction.Save(DeviceRow.Table, changed);
        foreach (var device in changed)
        {
            device.IsChanged = false;
            device.Readings = null;
        }

        changed.Clear();
    }

    public void Trim()
    {
        if (gateways.Count > MaxGateways)
        {
            gateways.Clear();
        }
    }

    public void Clear()
    {
        gateways.Clear();
        wanted.Clear();
        changed.Clear();
        changes.Clear();
        readings.Clear();
    }

    private Profile? ProfileOf(DeviceRow device) => device.Profile is { } name ? profiles.GetValueOrDefault(name) : null;

    private void Change(DeviceRow device)
    {
        if (!device.IsChanged)
        {
            device.IsChanged = true;
            changed.Add(device);
        }
    }

    private void Report(DeviceRow device, long recordAt)
    {
        foreach (var change in changes)
        {
            alerts.Add(device, change, recordAt);
        }

        changes.Clear();
    }
}
