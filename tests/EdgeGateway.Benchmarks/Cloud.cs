using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Testing;

namespace EdgeGateway.Benchmarks;

/// <summary>The cloud as it is shipped, on a database of its own.</summary>
internal sealed class Cloud : IDisposable
{
    private const string Password = "only-for-benchmarks";

    private readonly TempFolder folder = new();
    private readonly HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Next()}") };
    private ChildProcess? process;

    public Cloud(string kafka, string database, JsonArray? notify = null)
    {
        folder.Write("config.json", new JsonObject
        {
            ["kafka"] = new JsonObject { ["bootstrapServers"] = kafka, ["groupId"] = $"bench-{Guid.NewGuid():N}" },
            ["database"] = database,
            ["web"] = new JsonObject { ["listen"] = http.BaseAddress!.ToString().TrimEnd('/') },
            ["profiles"] = new JsonObject
            {
                ["chilled"] = new JsonObject
                {
                    ["rules"] = new JsonArray(
                        new JsonObject { ["above"] = 8.0, ["for"] = "30m" },
                        new JsonObject { ["below"] = 2.0, ["for"] = "20m" },
                        new JsonObject { ["above"] = 8.0, ["cumulative"] = "60m", ["window"] = "24h" }),
                    ["silentAfter"] = "15m",
                    ["hardAbove"] = 15.0,
                },
            },
            ["users"] = "users.json",
            ["notify"] = notify ?? [],
        }.ToJsonString());
    }

    public string Config => folder["config.json"];

    public int ProcessId => process!.Id;

    public void Start() => process = ChildProcess.Start(Repository.Cloud, ["run", "--config", Config]);

    public Task MakeTopics() => Shell.Run($"{Repository.Cloud} topics create --config {Config}");

    /// <summary>Before the start, which is measured.</summary>
    public Task AddUser() => Shell.Run($"echo {Password} | {Repository.Cloud} user add bench --config {Config}");

    /// <summary>Waits for the API and signs in.</summary>
    public async Task SignIn()
    {
        await Eventually.True(
            async () => (await http.PostAsJsonAsync("/api/sign-in", new { user = "bench", password = Password })).IsSuccessStatusCode,
            "the cloud lets us sign in",
            TimeSpan.FromSeconds(30));
    }

    /// <summary>Waits until so many records of a topic are folded and returns the time since <paramref name="started"/>.</summary>
    public async Task<TimeSpan> Folded(string topic, long records, long started)
    {
        await Eventually.True(
            async () => (await http.GetFromJsonAsync<JsonArray>("/api/lag"))!
                .Where(lag => (string?)lag!["topic"] == topic).Sum(lag => (long)lag!["nextOffset"]!) >= records,
            $"{records} records of {topic} are folded",
            TimeSpan.FromMinutes(10));
        return Stopwatch.GetElapsedTime(started);
    }

    public async Task Stop()
    {
        process!.Terminate();
        await process.WaitForExit();
        process.Dispose();
        process = null;
    }

    /// <summary>Builds all views anew and returns the time it took, the process's start included.</summary>
    public async Task<TimeSpan> Rebuild()
    {
        var started = Stopwatch.GetTimestamp();
        await Shell.Run($"{Repository.Cloud} rebuild --config {Config}");
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>All files of an SQLite database together.</summary>
    public long DatabaseBytes => Directory.GetFiles(folder.Path, "cloud.db*").Sum(file => new FileInfo(file).Length);

    public void Dispose()
    {
        process?.Dispose();
        http.Dispose();
        folder.Dispose();
    }
}
