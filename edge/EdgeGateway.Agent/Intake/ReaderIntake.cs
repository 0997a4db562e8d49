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
    private TagReading? last;

    private protected override Task Take(Reading reading, DateTimeOffset observedAt, ClockQuality quality)
    {
        var tag = reading as TagReading ?? throw NotMine(reading);
        var place = Settings.Place ?? throw new InvalidOperationException($"device {Id} has no zone and passage: a defect of driver {Settings.Driver}");
        lock (Gate)
        {
            last = tag;
        }

        return field.Observe(tag, place, observedAt, quality);
    }

    private protected override DeviceStatus Describe(DeviceStatus status) => last is null ? status : status with
    {
        LastValue = JsonSerializer.SerializeToElement(new { epc = EpcDecoder.Decode(last.Hex).Uri, rssiDbm = last.RssiDbm }),
    };
}
