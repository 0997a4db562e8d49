using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Testing;

namespace EdgeGateway.EndToEnd.Tests;

/// <summary>An agent in a folder of its own that can be killed and started again on its buffer.</summary>
internal sealed class GatewayProcess : IDisposable
{
    public const string Id = "store-1";

    private readonly TempFolder folder = new();
    private readonly List<string> errors = [];
    private ChildProcess? process;

    /// <param name="mqttPort">Broker on this machine.</param>
    /// <param name="kafka">Bootstrap address.</param>
    /// <param name="devices">Ids of probes that send bare numbers to <c>probes/ID</c>.</param>
    public GatewayProcess(int mqttPort, string kafka, IEnumerable<string> devices)
    {
        var configuration = new JsonObject
        {
            ["gateway"] = new JsonObject { ["id"] = Id, ["site"] = "here" },
            ["mqtt"] = new JsonObject { ["host"] = "127.0.0.1", ["port"] = mqttPort },
            ["uplink"] = new JsonObject { ["bootstrapServers"] = kafka },
            ["buffer"] = new JsonObject { ["path"] = "buffer.db" },
            ["web"] = new JsonObject { ["listen"] = $"http://127.0.0.1:{Port}" },
            ["clock"] = new JsonObject { ["assume"] = "ntp" },
            ["devices"] = new JsonArray([.. devices.Select(id => new JsonObject
            {
                ["id"] = id,
                ["driver"] = "mqtt",
                ["topic"] = "probes/" + id,
                ["format"] = "number",
            })]),
        };
        folder.Write("config.json", configuration.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    public int Port { get; } = FreePort.Next();

    /// <summary>ERROR lines of every life so far.</summary>
    public IReadOnlyList<string> Errors => [.. errors, .. process?.UnprovokedErrors() ?? []];

    public async Task Start()
    {
        process = ChildProcess.Start(Repository.Agent, ["run", "--config", folder["config.json"]]);
        await process.WaitForLine($"gateway {Id} runs", TimeSpan.FromSeconds(30));
    }

    /// <summary>SIGKILL, as when the plug is pulled as far as the process can tell.</summary>
    public void Kill()
    {
        process!.Kill();
        errors.AddRange(process.UnprovokedErrors());
        process.Dispose();
        process = null;
    }

    public void Dispose()
    {
        process?.Dispose();
        folder.Dispose();
    }
}
