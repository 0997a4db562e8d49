using EdgeGateway.Devices.Mqtt.Formats;
using EdgeGateway.Devices.Zones;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Turns messages into readings. A message is acknowledged when all its readings are synced to disk; one that is no
/// reading is refused with its reason and acknowledged, because the broker would only deliver the same again.
/// </summary>
internal sealed class MqttDriver : IDriver
{
    private readonly MqttSettings settings;
    private readonly DriverHost host;
    private readonly ILogger log;
    private readonly PayloadFormat format;
    private readonly TopicPattern pattern;
    private readonly PayloadReadings readings = new();
    private readonly RetainedReadings retained = new();
    private readonly DeviceZones? zones;
    private readonly Lock reporting = new();
    private readonly Dictionary<string, (DeviceCondition Condition, string? Detail)> reported = new(StringComparer.Ordinal);

    public MqttDriver(MqttSettings settings, DriverHost host)
    {
        this.settings = settings;
        this.host = host;
        log = host.Logs.CreateLogger<MqttDriver>();
        format = PayloadFormat.Of(settings, host);
        pattern = new TopicPattern(settings.Topic, settings.Id);
        zones = settings.Zones is { Count: > 0 } places ? new DeviceZones(places, host) : null;
    }

    public async Task RunAsync(IReadingSink sink, CancellationToken stop)
    {
        void ReportBus() => ReportConnection(sink);
        var subscriptions = format.Filters(pattern.Filter).Select(filter => host.Bus.Subscribe(filter, message => Handle(message, sink, stop))).ToList();
        host.Bus.Changed += ReportBus;
        try
        {
            ReportBus();
            await Task.Delay(Timeout.InfiniteTimeSpan, host.Time, stop);
        }
        finally
        {
            host.Bus.Changed -= ReportBus;
            subscriptions.ForEach(subscription => subscription.Dispose());
        }
    }

    private Task Handle(in MqttMessage message, IReadingSink sink, CancellationToken stop)
    {
        var payload = message.Payload.Span;
        if (format.DevicesGone(message.Topic) is { } gone)
        {
            foreach (var lost in gone.Devices)
            {
                Report(sink, lost, DeviceCondition.Unplugged, gone.Reason);
            }

            return Task.CompletedTask;
        }

        if (!pattern.TryGetDevice(message.Topic, out var device, out var refusal))
        {
            sink.Refuse(device, refusal!, payload);
            return Task.CompletedTask;
        }

        if (message.Omitted > 0)
        {
            sink.Refuse(device, $"a payload of {payload.Length + message.Omitted} bytes is too large", payload);
            return Task.CompletedTask;
        }

        readings.Clear();
        format.Read(device, message.Topic, payload, readings);
        if (readings.Refusal is { } reason)
        {
            sink.Refuse(device, reason, payload);
        }

        if (readings.Death is { } death)
        {
            Report(sink, device, DeviceCondition.Unplugged, death);
        }

        if (readings.Count == 0)
        {
            return Task.CompletedTask;
        }

        if (!retained.IsNews(readings[0], message.Retained))
        {
            // What was retained before we came has no time of its own, or was taken already.
            log.LogDebug("{Device}: a retained message on '{Topic}' is no new reading", device, message.Topic);
            return Task.CompletedTask;
        }

        if (readings.Present is { } present)
        {
            var fault = (present as TemperatureReading)?.Fault;
            Report(sink, device, fault is null ? DeviceCondition.Ok : DeviceCondition.Faulty, fault);
        }

        return Accept(sink, stop);
    }

    private Task Accept(IReadingSink sink, CancellationToken stop)
    {
        if (readings.Count == 1)
        {
            return Accept(readings[0], sink, stop);
        }

        var accepted = new Task[readings.Count];
        for (var i = 0; i < accepted.Length; i++)
        {
            accepted[i] = Accept(readings[i], sink, stop);
        }

        return Task.WhenAll(accepted);
    }

    private Task Accept(Reading reading, IReadingSink sink, CancellationToken stop) =>
        zones is not null && reading is PositionReading position && zones.Observe(position) is { Count: > 0 } visits
            ? AcceptVisits(position, visits, sink, stop)
            : sink.Accept(reading);

    // Tried again here: if the message failed and were delivered again, the vehicle would be in the zone already.
    private Task AcceptVisits(PositionReading position, IReadOnlyList<ZoneVisit> visits, IReadingSink sink, CancellationToken stop) =>
        Task.WhenAll([.. visits.Select(visit => sink.AcceptOrRetry(position with { Visit = visit }, host.Time, log, stop))]);

    private void ReportConnection(IReadingSink sink)
    {
        var (condition, detail) = host.Bus.Trouble is { } trouble ? (DeviceCondition.Unplugged, trouble) : (DeviceCondition.Unknown, (string?)null);
        string[] devices;
        lock (reporting)
        {
            devices = [.. reported.Keys.DefaultIfEmpty(settings.Id)];
        }

        foreach (var device in devices)
        {
            Report(sink, device, condition, detail);
        }
    }

    private void Report(IReadingSink sink, string device, DeviceCondition condition, string? detail)
    {
        lock (reporting)
        {
            if (reported.TryGetValue(device, out var last) && last == (condition, detail))
            {
                return;
            }

            reported[device] = (condition, detail);
        }

        sink.Report(device, condition, detail);
    }
}
