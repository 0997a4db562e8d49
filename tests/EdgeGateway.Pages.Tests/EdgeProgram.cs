using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeGateway.Testing;

namespace EdgeGateway.Pages.Tests;

/// <summary>The real agent with a real Mosquitto and an uplink that leads nowhere, as in a cold room without a network.</summary>
public sealed partial class EdgeProgram : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private readonly int port = FreePort.Next();
    private MosquittoBroker? broker;
    private ChildProcess? agent;

    public Uri Address => new($"http://127.0.0.1:{port}/");

    public ChildProcess Process => agent!;

    /// <summary>A browser session that is signed in; null before the first.</summary>
    public string? Session { get; set; }

    /// <summary>The configuration file as it is on disk now.</summary>
    public string Configuration => File.ReadAllText(folder["config.json"]);

    /// <summary>The code that signs in next; each is good for one time.</summary>
    public string OneTimeCode => CodeLine().Matches(string.Join('\n', agent!.Errors))[^1].Groups["code"].Value;

    public async Task InitializeAsync()
    {
        broker = await MosquittoBroker.StartNew();
        Directory.CreateDirectory(folder["root"]);
        folder.Write("config.json", $$"""
            {
              "gateway": { "id": "store-dallas-1", "site": "dallas", "asset": null },
              "mqtt": { "host": "127.0.0.1", "port": {{broker.Port}} },
              "uplink": { "bootstrapServers": "127.0.0.1:{{FreePort.Next()}}" },
              "buffer": { "path": "buffer.db", "maxBytes": 67108864, "reserveBytes": 1048576 },
              "web": { "listen": "http://127.0.0.1:{{port}}", "confirmWithin": "1m" },
              "clock": { "assume": "ntp" },
              "profiles": {
                "chilled": { "rules": [ { "above": 8.0, "for": "30m" } ], "silentAfter": "15m" },
                "frozen": { "rules": [ { "above": -15.0, "for": "30m" } ] }
              },
              "devices": [
                { "id": "freezer-2", "driver": "mqtt", "topic": "probes/freezer-2", "format": "number", "profile": "frozen" },
                { "id": "cold-room-1", "driver": "mqtt", "topic": "probes/cold-room-1", "format": "json", "profile": "chilled",
                  "map": { "celsius": "$.temperature", "humidity": "$.humidity", "battery": "$.battery", "observedAt": "$.at" } },
                { "id": "cold-room-3", "driver": "mqtt", "topic": "probes/cold-room-3", "format": "json",
                  "map": { "celsius": "$.temperature", "humidity": "$.humidity" } },
                { "id": "portal-1", "driver": "mqtt", "topic": "readers/portal-1", "format": "zebra", "zone": "dock-1", "passage": "receiving" },
                { "id": "probe-9", "driver": "w1", "address": "28-0000051e02aa", "every": "30s" }
              ]
            }
            """);
        // A made-up tree stands for the kernel's files, so that no sensor of this machine is read.
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["EDGE_GATEWAY_ROOT"] = folder["root"] };
        agent = ChildProcess.Start(Repository.Agent, ["run", "--config", folder["config.json"]], environment);
        await agent.WaitForLine("one-time code", TimeSpan.FromSeconds(30));
        await HttpHealth.Wait(Address, agent);
    }

    /// <param name="topic">Topic.</param>
    /// <param name="payload">Payload.</param>
    /// <param name="retain">Whoever subscribes later gets it too; otherwise waits until somebody has.</param>
    public async Task Publish(string topic, string payload, bool retain = false)
    {
        if (!retain)
        {
            await broker!.WaitForSubscription(topic);
        }

        var (exitCode, _, errors) = await ChildProcess.Run(
            "mosquitto_pub", ["-h", "127.0.0.1", "-p", broker!.Port.ToString(CultureInfo.InvariantCulture), "-q", "1", "-t", topic, "-m", payload, .. retain ? (string[])["-r"] : []]);
        Assert.True(exitCode == 0, errors);
    }

    /// <summary>Publishes a reading of a probe that says itself when it was taken.</summary>
    public Task Publish(string topic, double celsius, DateTimeOffset at) =>
        Publish(topic, JsonSerializer.Serialize(new { temperature = celsius, humidity = 71, battery = 86, at = at.ToUnixTimeMilliseconds() }));

    public Task DisposeAsync()
    {
        agent?.Dispose();
        broker?.Dispose();
        folder.Dispose();
        return Task.CompletedTask;
    }

    [GeneratedRegex("one-time code (?<code>[A-Z0-9-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeLine();
}
