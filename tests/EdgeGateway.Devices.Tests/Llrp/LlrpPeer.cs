using System.Text.Json;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Llrp;

/// <summary>A reader in a process of its own, which speaks LLRP through llrpjs, an implementation that shares nothing with ours.</summary>
internal sealed class LlrpPeer : IDisposable
{
    private static readonly string Folder = Repository.PathOf("tests/EdgeGateway.Devices.Tests/Llrp/peer");

    private readonly ChildProcess process;

    private LlrpPeer(ChildProcess process, int port)
    {
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Everything it was sent, oldest first.</summary>
    public IReadOnlyList<JsonElement> Heard => [.. process.Output.Select(line => JsonDocument.Parse(line).RootElement)];

    /// <param name="scenario">What it does after it was set up.</param>
    /// <param name="port">Where it listens; null for any.</param>
    /// <param name="link">How it is reached otherwise: calling by itself, over TLS; see peer.js.</param>
    public static async Task<LlrpPeer> Start(string scenario = "normal", int? port = null, object? link = null)
    {
        var chosen = port ?? FreePort.Next();
        var process = ChildProcess.Start("node",
            [Path.Combine(Folder, "peer.js"), chosen.ToString(), scenario, .. link is null ? (string[])[] : [JsonSerializer.Serialize(link)]]);
        await process.WaitForLine("listening");
        return new LlrpPeer(process, chosen);
    }

    /// <summary>The messages it was sent, by name, without keep-alives.</summary>
    public IEnumerable<string> Requests() =>
        Heard.Where(line => line.TryGetProperty("type", out _)).Select(line => line.GetProperty("type").GetString()!);

    /// <summary>Body of the last message of a name.</summary>
    public JsonElement Request(string name) =>
        Heard.Last(line => line.TryGetProperty("type", out var type) && type.GetString() == name).GetProperty("data");

    public bool Said(string what) => Heard.Any(line => line.TryGetProperty(what, out _));

    public void Dispose() => process.Dispose();
}
