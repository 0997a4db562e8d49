using System.Text.Json;
using EdgeGateway.Agent.Clock;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;

namespace EdgeGateway.Agent.Intake;

/// <summary>A digital input: every change is evidence.</summary>
internal sealed class InputIntake(DeviceSettings settings, EventBuffer buffer, GatewayClock clock, TimeProvider time)
    : DeviceIntake(settings, buffer, clock, time)
{
    private bool? active;
    private DateTimeOffset? activeSince;

    /// <summary>Since when it is active; null while it is not.</summary>
    public DateTimeOffset? ActiveSince
    {
        get
        {
            lock (Gate)
            {
                return activeSince;
            }
        }
    }

    private protected override Task Take(Reading reading, DateTimeOffset observedAt, ClockQuality quality)
    {
        var input = reading as InputReading ?? throw NotMine(reading);
        lock (Gate)
        {
            if (!input.IsStored)
            {
                active = input.Active;
                activeSince = input.Active ? activeSince ?? observedAt : null;
            }
        }

        return Append(
            new InputEvent { Device = Id, ObservedAt = observedAt, Clock = quality, Kind = Settings.InputKind ?? "input", Active = input.Active },
            Importance.Evidence);
    }

    private protected override DeviceStatus Describe(DeviceStatus status) =>
        active is null ? status : status with { LastValue = JsonSerializer.SerializeToElement(new { active }) };
}
