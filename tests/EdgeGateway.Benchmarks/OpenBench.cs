using System.Diagnostics;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Benchmarks;

/// <summary>From opening the buffer to its first event on disk: with five million rows against an empty one.</summary>
internal static class OpenBench
{
    private const int Rows = 5_000_000;
    private const int Rounds = 60;

    public static async Task<IReadOnlyList<Result>> Run()
    {
        SqliteLibrary.Load();
        using var folder = new TempFolder();
        await DrainBench.Fill(folder["full.db"], Rows);
        await FirstEvent(folder["empty.db"]);
        await FirstEvent(folder["full.db"]);
        List<double> full = [], empty = [];
        for (var round = 0; round < Rounds; round++)
        {
            // In turns, and either first as often, so that what else the disk does meets both alike.
            var fullFirst = round % 2 == 0;
            (fullFirst ? full : empty).Add(await FirstEvent(folder[fullFirst ? "full.db" : "empty.db"]));
            (fullFirst ? empty : full).Add(await FirstEvent(folder[fullFirst ? "empty.db" : "full.db"]));
        }

        return
        [
            new Result("open", Measure.Median(full), Measure.Median(empty), "ms")
            {
                Details = new() { ["rows"] = Rows, ["fileBytes"] = new FileInfo(folder["full.db"]).Length, ["rounds"] = Rounds },
            },
        ];
    }

    private static async Task<double> FirstEvent(string path)
    {
        var started = Stopwatch.GetTimestamp();
        await using var buffer = EventBuffer.Open(
            new BufferOptions { Gateway = Gateway.Id, Path = path, MaxBytes = 8L << 30 }, TimeProvider.System, NullLogger.Instance);
        await buffer.Append(new InputEvent { Device = "door", ObservedAt = TimeProvider.System.GetUtcNow(), Kind = "door", Active = true });
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
