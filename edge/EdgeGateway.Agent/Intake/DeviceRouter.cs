using EdgeGateway.Contracts;
using EdgeGateway.Devices;

namespace EdgeGateway.Agent.Intake;

/// <summary>
/// What one entry of <c>devices</c> yields: usually one device, with a wildcard topic as many as are heard, each with
/// the entry's settings and an id of its own.
/// </summary>
internal sealed class DeviceRouter : IReadingSink
{
    private const int MaxDevices = 1000;

    private readonly Func<DeviceSettings, DeviceIntake> make;
    private readonly DeviceIntake entry;
    private readonly Action added;
    private readonly Lock gate = new();
    private readonly Dictionary<string, DeviceIntake> heard = new(StringComparer.Ordinal);
    private IReadOnlyList<DeviceIntake> devices;

    /// <param name="settings">The entry.</param>
    /// <param name="make">Makes the intake of a device.</param>
    /// <param name="added">Called when a device was heard for the first time.</param>
    public DeviceRouter(DeviceSettings settings, Func<DeviceSettings, DeviceIntake> make, Action added)
    {
        this.make = make;
        this.added = added;
        entry = make(settings);
        devices = [entry];
    }

    public DeviceSettings Settings => entry.Settings;

    /// <summary>The entry's own device until others are heard, then those.</summary>
    public IReadOnlyList<DeviceIntake> Devices => Volatile.Read(ref devices);

    public Task Accept(Reading reading)
    {
        if (Of(reading.Device) is { } device)
        {
            return device.Accept(reading);
        }

        entry.Refuse(reading.Device, $"'{reading.Device}' would be one device more than {MaxDevices} of this entry", default);
        return Task.CompletedTask;
    }

    public void Refuse(string device, string reason, ReadOnlySpan<byte> payload) => (Known(device) ?? entry).Refuse(device, reason, payload);

    public void Report(string device, DeviceCondition condition, string? detail = null) => (Known(device) ?? entry).Report(device, condition, detail);

    private DeviceIntake? Known(string device)
    {
        lock (gate)
        {
            return heard.GetValueOrDefault(device);
        }
    }

    private DeviceIntake? Of(string device)
    {
        if (device == entry.Id)
        {
            return entry;
        }

        lock (gate)
        {
            if (heard.TryGetValue(device, out var known))
            {
                return known;
            }

            if (heard.Count == MaxDevices)
            {
                return null;
            }

            known = make(Settings with { Id = device });
            heard.Add(device, known);
            devices = [.. heard.Values];
            added();
            return known;
        }
    }
}
