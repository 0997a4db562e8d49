using System.Globalization;
using System.Text.Json.Nodes;
using EdgeGateway.Testing;

namespace EdgeGateway.Benchmarks;

/// <summary>The agent as it is shipped, with one probe that sends JSON to <c>bench/ours</c>, and probes with a hard limit of 15 °C as asked for.</summary>
internal sealed class Gateway : IDisposable
{
    public const string Id = "bench";
    public const string Topic = "bench/ours";
    public const string Device = "probe";

    private readonly TempFolder folder = new();
    private readonly string address = $"http://127.0.0.1:{FreePort.Next()}";
    private ChildProcess? process;

    public Gateway(int mqttPort, string kafka, int alarms = 0)
    {
        folder.Write("config.json", new JsonObject
        {
            ["gateway"] = new JsonObject { ["id"] = Id, ["site"] = "here" },
            ["mqtt"] = new JsonObject { ["host"] = "127.0.0.1", ["port"] = mqttPort },
            ["uplink"] = new JsonObject { ["bootstrapServers"] = kafka },
            ["buffer"] = new JsonObject { ["path"] = "buffer.db", ["maxBytes"] = 8L << 30 },
            ["web"] = new JsonObject { ["listen"] = address },
            ["clock"] = new JsonObject { ["assume"] = "ntp" },
            ["profiles"] = new JsonObject { ["chilled"] = new JsonObject { ["rules"] = new JsonArray(), ["hardAbove"] = 15.0 } },
            ["devices"] = new JsonArray(
            [
                new JsonObject
                {
                    ["id"] = Device,
                    ["driver"] = "mqtt",
                    ["topic"] = Topic,
                    ["format"] = "json",
                    ["map"] = new JsonObject { ["celsius"] = "$.temperature", ["humidity"] = "$.humidity", ["battery"] = "$.battery", ["observedAt"] = "$.last_seen" },
                },
                .. Enumerable.Range(0, alarms).Select(i => new JsonObject
                {
                    ["id"] = AlarmId(i),
                    ["driver"] = "mqtt",
                    ["topic"] = AlarmTopic(i),
                    ["format"] = "json",
                    ["map"] = new JsonObject { ["celsius"] = "$.temperature" },
                    ["profile"] = "chilled",
                }),
            ]),
        }.ToJsonString());
    }

    public string BufferPath => folder["buffer.db"];

    public int ProcessId => process!.Id;

    public static string AlarmId(int i) => $"alarm-{i}";

    public static string AlarmTopic(int i) => $"bench/alarm-{i}";

    /// <summary>Payload of message <paramref name="i"/> published now, as Zigbee2MQTT sends it: values that wander as a probe's do, and no two alike.</summary>
    public static string Payload(int i)
    {
        var noise = (uint)i * 2_654_435_761;
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"battery":{{80 + (i / 1000 % 10)}},"humidity":{{50 + (noise % 1000 / 100.0):0.00}},"last_seen":{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}},"linkquality":{{60 + (noise >> 20) % 90}},"pressure":1013.2,"temperature":{{3 + (noise >> 8) % 300 / 100.0:0.00}},"voltage":3005}""");
    }

    public async Task Start()
    {
        process = ChildProcess.Start(Repository.Agent, ["run", "--config", folder["config.json"]]);
        await process.WaitForLine($"gateway {Id} runs");
    }

    /// <summary>What the agent has allocated on the managed heap since its start.</summary>
    public async Task<long> AllocatedBytes()
    {
        const string Metric = "edge_allocated_bytes_total ";
        using var client = new HttpClient();
        var lines = (await client.GetStringAsync(address + "/metrics")).Split('\n');
        return long.Parse(lines.First(line => line.StartsWith(Metric, StringComparison.Ordinal))[Metric.Length..], CultureInfo.InvariantCulture);
    }

    public async Task Stop()
    {
        process!.Terminate();
        await process.WaitForExit();
        process.Dispose();
        process = null;
    }

    public void Dispose()
    {
        process?.Dispose();
        folder.Dispose();
    }
}
