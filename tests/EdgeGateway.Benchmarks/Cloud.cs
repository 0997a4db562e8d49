using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Testing;

namespace EdgeGateway.Benchmarks;

/// <summary>The cloud as it is shipped, on a database of its own.</summary>
internal sealed class Cloud : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly TempFolder folder = new();
    private ChildProcess? process;

    public Cloud(string kafka, string database, JsonArray? notify = null)
    {
        folder.Write("config.json", new JsonObject
        {
            ["kafka"] = new JsonObject { ["bootstrapServers"] = kafka, ["groupId"] = $"bench-{Guid.NewGuid():N}" },
            ["database"] = database,
            ["web"] = new JsonObject { ["listen"] = $"http://127.0.0.1:{FreePort.Next()}" },
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

    /// <summary>Waits until the API answers; the database has its tables by then.</summary>
    public Task Ready() => process!.WaitForLine("Ready on", TimeSpan.FromSeconds(30));

    /// <summary>
    /// Waits until so many records of a topic are folded. Returns how many are by then, some more because they are committed in batches, and
    /// the time since <paramref name="started"/>.
    /// </summary>
    public async Task<(long Records, TimeSpan Time)> Folded(string topic, long records, long started)
    {
        await using var store = CloudConfiguration.Read(Config, [])!.OpenStore();
        // Asking takes processor time away from what is measured.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await timer.WaitForNextTickAsync())
        {
            using var connection = store.OpenReader();
            var folded = connection.Command("SELECT COALESCE(SUM(next_offset), 0) FROM consumed WHERE topic = @topic").With("topic", topic)
                .Rows(row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture))[0];
            var time = Stopwatch.GetElapsedTime(started);
            if (folded >= records)
            {
                return (folded, time);
            }

            if (time > Longest)
            {
                break;
            }
        }

        throw new TimeoutException($"within {Longest.TotalMinutes} minutes not {records} records of {topic} were folded");
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
        folder.Dispose();
    }
}
