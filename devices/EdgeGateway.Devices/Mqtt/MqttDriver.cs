using EdgeGateway.Devices.Mqtt.Formats;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Turns messages into readings. A message is acknowledged when all its readings are synced to disk; one that is no
/// reading is refused with its reason and acknowledged, because the broker would only deliver the same again.
/// </summary>
internal sealed class MqttDriver : IDriver
{
    private readonly MqttSettings _settings;
    private readonly DriverHost _host;
    private readonly ILogger _log;
    private readonly PayloadFormat _format;
    private readonly TopicPattern _pattern;
    private readonly PayloadReadings _readings = new();
    private readonly RetainedReadings _retained = new();
    private readonly Lock _reporting = new();
    private readonly Dictionary<string, (DeviceCondition Condition, string? Detail)> _reported = new(StringComparer.Ordinal);

    public MqttDriver(MqttSettings settings, DriverHost host)
    {
        _settings = settings;
        _host = host;
        _log = host.Logs.CreateLogger<MqttDriver>();
        _format = PayloadFormat.Of(settings, host);
        _pattern = new TopicPattern(settings.Topic, settings.Id);
    }

    public async Task RunAsync(IReadingSink sink, CancellationToken stop)
    {
        void ReportBus() => ReportConnection(sink);
        var subscriptions = _format.Filters(_pattern.Filter).Select(filter => _host.Bus.Subscribe(filter, message => Handle(message, sink))).ToList();
        _host.Bus.Changed += ReportBus;
        try
        {
            ReportBus();
            await Task.Delay(Timeout.InfiniteTimeSpan, _host.Time, stop);
        }
        finally
        {
            _host.Bus.Changed -= ReportBus;
            subscriptions.ForEach(subscription => subscription.Dispose());
        }
    }

    private Task Handle(in MqttMessage message, IReadingSink sink)
    {
        var payload = message.Payload.Span;
        if (!_pattern.TryGetDevice(message.Topic, out var device, out var refusal))
        {
            sink.Refuse(device, refusal!, payload);
            return Task.CompletedTask;
        }

        if (message.Omitted > 0)
        {
            sink.Refuse(device, $"a payload of {payload.Length + message.Omitted} bytes is too large", payload);
            return Task.CompletedTask;
        }

        _readings.Clear();
        _format.Read(device, message.Topic, payload, _readings);
        if (_readings.Refusal is { } reason)
        {
            sink.Refuse(device, reason, payload);
        }

        if (_readings.Death is { } death)
        {
            Report(sink, device, DeviceCondition.Unplugged, death);
        }

        if (_readings.Count == 0)
        {
            return Task.CompletedTask;
        }

        if (!_retained.IsNews(_readings[0], message.Retained))
        {
            // What was retained before we came has no time of its own, or was taken already.
            _log.LogDebug("{Device}: a retained message on '{Topic}' is no new reading", device, message.Topic);
            return Task.CompletedTask;
        }

        var fault = (_readings[_readings.Count - 1] as TemperatureReading)?.Fault;
        Report(sink, device, fault is null ? DeviceCondition.Ok : DeviceCondition.Faulty, fault);
        return Accept(sink);
    }

    private Task Accept(IReadingSink sink)
    {
        if (_readings.Count == 1)
        {
            return sink.Accept(_readings[0]);
        }

        var accepted = new Task[_readings.Count];
        for (var i = 0; i < accepted.Length; i++)
        {
            accepted[i] = sink.Accept(_readings[i]);
        }

        return Task.WhenAll(accepted);
    }

    private void ReportConnection(IReadingSink sink)
    {
        var (condition, detail) = _host.Bus.Trouble is { } trouble ? (DeviceCondition.Unplugged, trouble) : (DeviceCondition.Unknown, (string?)null);
        string[] devices;
        lock (_reporting)
        {
            devices = [.. _reported.Keys.DefaultIfEmpty(_settings.Id)];
        }

        foreach (var device in devices)
        {
            Report(sink, device, condition, detail);
        }
    }

    private void Report(IReadingSink sink, string device, DeviceCondition condition, string? detail)
    {
        lock (_reporting)
        {
            if (_reported.TryGetValue(device, out var last) && last == (condition, detail))
            {
                return;
            }

            _reported[device] = (condition, detail);
        }

        sink.Report(device, condition, detail);
    }
}
