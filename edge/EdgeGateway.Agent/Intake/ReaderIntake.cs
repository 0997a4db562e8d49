using System.Text.Json;
using EdgeGateway.Agent.Clock;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;

namespace EdgeGateway.Agent.Intake;

/// <summary>A tag reader: only what its reads change makes events.</summary>
internal sealed class ReaderIntake(DeviceSettings settings, TagField field, EventBuffer buffer, GatewayClock clock, TimeProvider time)
    : DeviceIntake(settings, buffer, clock, time)
{
    private readonly ReaderPlace? place = settings.Place;
    private TagReading? last;
    private TagEvent? lastChange;

    private protected override Task Take(Reading reading, DateTimeOffset observedAt, ClockQuality quality)
    {
        var tag = reading as TagReading ?? throw NotMine(reading);
        var committed = field.Observe(
            tag, place ?? throw new InvalidOperationException($"device {Id} has no zone and passage: a defect of driver {Settings.Driver}"),
            observedAt, quality, out var change);
        lock (Gate)
        {
            (last, lastChange) = (tag, change ?? lastChange);
        }

        return committed;
    }

    private protected override DeviceStatus Describe(DeviceStatus status) => last is null ? status : status with
    {
        LastValue = lastChange is null
            ? JsonSerializer.SerializeToElement(new { epc = EpcDecoder.Decode(last.Hex).Uri, rssiDbm = last.RssiDbm })
            : JsonSerializer.SerializeToElement(new
            {
                epc = lastChange.Epc,
                rssiDbm = lastChange.RssiDbm,
                zone = lastChange.Zone,
                change = lastChange.Change.ToString().ToLowerInvariant(),
            }),
    };
}
