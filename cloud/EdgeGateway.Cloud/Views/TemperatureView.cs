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
    private readonly LateReadings late = new(profiles);
    private readonly List<DeviceRow> lateDevices = [];

    /// <summary>Readings that came too late to be judged, since the start.</summary>
    public long TooLate { get; private set; }

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

        ReadingSeries.Write(device.Readings ??= readings.Open(device.Series), e);
        if (device.State.LastAt is { } last)
        {
            if (e.ObservedAt < last)
            {
                Postpone(device, e, last, received.RecordAt);
                return;
            }

            if (e.ObservedAt.UtcDateTime.Date > last.UtcDateTime.Date)
            {
                late.Keep(device.Series, e.ObservedAt.ToUnixTimeMilliseconds(), device.Profile, device.State);
            }
        }

        (device.Site, device.Asset, device.Profile) = (e.Site, e.Asset, e.Profile ?? device.Profile);
        Change(device);
        if (ProfileOf(device) is { } profile)
        {
            ExcursionEngine.Apply(profile, device.State, ProbeSample.Of(e), changes);
            Report(device, received.RecordAt);
        }
    }

    /// <summary>Judges probes again whose readings did not come in the order of their time.</summary>
    public void JudgeLate(IStoreTransaction transaction)
    {
        foreach (var device in lateDevices)
        {
            alerts.Correct(device, late.Judge(transaction, device), device.LateRecordAt);
            (device.LateFrom, device.LateRecordAt) = (null, 0);
            Change(device);
        }

        lateDevices.Clear();
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
        late.Save(transaction);
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
        late.Clear();
        lateDevices.Clear();
    }

    private void Postpone(DeviceRow device, TemperatureEvent e, DateTimeOffset last, long recordAt)
    {
        if (last - e.ObservedAt > LateReadings.MaxLateness)
        {
            TooLate++;
            return;
        }

        if (device.LateFrom is null)
        {
            lateDevices.Add(device);
        }

        device.LateFrom = Math.Min(device.LateFrom ?? long.MaxValue, e.ObservedAt.ToUnixTimeMilliseconds());
        device.LateRecordAt = Math.Max(device.LateRecordAt, recordAt);
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
