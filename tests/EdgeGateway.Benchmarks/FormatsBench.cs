using System.Text.Json;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// From an MQTT payload to readings, per format: nanoseconds against parsing the same bytes into a JsonDocument, or the same values,
/// bytes allocated, and how many of them are garbage: more than the reading itself.
/// </summary>
internal static class FormatsBench
{
    private static readonly (MqttSettings Settings, string Recording)[] Formats =
    [
        (Probe(MqttFormat.Json) with { Map = new Dictionary<string, string>(StringComparer.Ordinal) { ["celsius"] = "$.temperature", ["humidity"] = "$.humidity" } }, "zigbee2mqtt-probe.json"),
        (Probe(MqttFormat.Number), "shelly-gen1.txt"),
        (Portal(MqttFormat.Zebra), "zebra-fixed-custom.json"),
        (Portal(MqttFormat.Impinj), "impinj-r700.json"),
        (Probe(MqttFormat.Tasmota), "tasmota-one.json"),
        (Probe(MqttFormat.Shelly), "shelly-gen2-full.json"),
        (Probe(MqttFormat.Ruuvi), "ruuvi-gateway.json"),
        (Probe(MqttFormat.Owntracks), "owntracks-location.json"),
        (Probe(MqttFormat.Sparkplug) with
        {
            Topic = "spBv1.0/plant/DDATA/node-1/probe-7",
            Map = new Dictionary<string, string>(StringComparer.Ordinal) { ["celsius"] = "Temperature/Probe 1", ["battery"] = "Battery" },
        }, "sparkplug-ddata.bin"),
    ];

    public static async Task<IReadOnlyList<Result>> Run()
    {
        // Once for the compiler, which takes its time on a busy machine, and once for the result.
        await Pass();
        return await Pass();
    }

    private static async Task<IReadOnlyList<Result>> Pass()
    {
        var results = new List<Result>();
        foreach (var (settings, recording) in Formats)
        {
            var payload = await Recording(recording);
            var bus = new HandedOver();
            var sink = new LastReading();
            var host = new DriverHost { Logs = NullLoggerFactory.Instance, Time = TimeProvider.System, Bus = bus };
            using var stop = new CancellationTokenSource();
            var running = DriverRegistry.All["mqtt"].Create(settings, host).RunAsync(sink, stop.Token);
            var message = new MqttMessage(settings.Topic, payload, Retained: false);

            // What is no JSON is measured against the same values as JSON.
            var json = settings.Format == MqttFormat.Sparkplug ? await Recording("zigbee2mqtt-probe.json") : payload;
            var (nanoseconds, baseline, bytes) = Measure.InTurns(
                () => bus.Handle!(message).GetAwaiter().GetResult(), () => JsonDocument.Parse(json).Dispose());
            if (sink.Last is null)
            {
                throw new InvalidOperationException($"{recording} holds no reading for {settings.Format}: {sink.Refusal}");
            }

            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            results.Add(new Result($"formats.{settings.Format.ToString().ToLowerInvariant()}", nanoseconds, baseline, "ns")
            {
                Details = new()
                {
                    ["bytesAllocated"] = Math.Round(bytes),
                    ["bytesOfReading"] = BytesOf(sink.Last!),
                    ["garbageBytes"] = Math.Round(bytes) - BytesOf(sink.Last!),
                    ["payloadBytes"] = payload.Length,
                },
            });
        }

        return results;
    }

    private static MqttSettings Probe(MqttFormat format) => new() { Id = "bench", Driver = "mqtt", Topic = "bench", Format = format };

    private static MqttSettings Portal(MqttFormat format) => Probe(format) with { Zone = "dock-1", Passage = "receiving" };

    private static async Task<byte[]> Recording(string name) =>
        (await File.ReadAllBytesAsync(Repository.PathOf($"devices/EdgeGateway.Devices/Mqtt/recordings/{name}"))).AsSpan().TrimEnd((byte)'\n').ToArray();

    /// <summary>Bytes of a copy, with the text that no other reading shares.</summary>
    private static long BytesOf(Reading reading)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var copy = reading with { };
        var text = copy is TagReading tag ? new string(tag.Hex.AsSpan()) : null;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive((copy, text));
        return bytes;
    }

    /// <summary>A bus that hands the driver's handler over to the measurement.</summary>
    private sealed class HandedOver : IMessageBus, IDisposable
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public Func<MqttMessage, Task>? Handle { get; private set; }

        public string? Trouble => null;

        public IDisposable Subscribe(string filter, Func<MqttMessage, Task> handle)
        {
            Handle = handle;
            return this;
        }

        public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancel) => Task.CompletedTask;

        public void Dispose() => Handle = null;
    }

    private sealed class LastReading : IReadingSink
    {
        public Reading? Last { get; private set; }

        public string? Refusal { get; private set; }

        public Task Accept(Reading reading)
        {
            Last = reading;
            return Task.CompletedTask;
        }

        public void Refuse(string device, string reason, ReadOnlySpan<byte> payload) => Refusal = reason;

        public void Report(string device, DeviceCondition condition, string? detail = null)
        {
        }
    }
}
