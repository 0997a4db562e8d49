using System.Text.Json;
using EdgeGateway.Agent.Clock;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;

namespace EdgeGateway.Agent.Intake;

/// <summary>A receiver of positions; its driver has thinned them already.</summary>
internal sealed class PositionIntake(DeviceSettings settings, EventBuffer buffer, GatewayClock clock, TimeProvider time)
    : DeviceIntake(settings, buffer, clock, time)
{
    private PositionReading? last;

    private protected override Task Take(Reading reading, DateTimeOffset observedAt, ClockQuality quality)
    {
        var position = reading as PositionReading ?? throw NotMine(reading);
        lock (Gate)
        {
            last = position.IsStored ? last : position;
        }

        var e = new PositionEvent
        {
            Device = Id,
            ObservedAt = observedAt,
            Clock = quality,
            Latitude = position.Latitude,
            Longitude = position.Longitude,
            AccuracyMetres = position.AccuracyMetres,
            SpeedMetresPerSecond = position.SpeedMetresPerSecond,
            CourseDegrees = position.CourseDegrees,
            Zone = position.Visit?.Zone,
            Change = position.Visit?.Change,
            Inside = position.Visit?.Inside,
        };
        return position.Visit is { } visit ? Append(e, Importance.Evidence, VisitNote.Of(Id, visit)) : Append(e, Importance.PositionInRange);
    }

    private protected override DeviceStatus Describe(DeviceStatus status) => last is null ? status : status with
    {
        LastValue = JsonSerializer.SerializeToElement(new { latitude = last.Latitude, longitude = last.Longitude, speedMetresPerSecond = last.SpeedMetresPerSecond }),
    };
}
