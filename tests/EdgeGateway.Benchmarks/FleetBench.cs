using System.Diagnostics;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// A fleet of 10,000 gateways, each with a probe, heartbeats and a ledger entry: memory and database for each, and processor
/// time for a record of ten million against one of the first million, which is 1 or less when the cost is no worse than linear.
/// </summary>
internal static class FleetBench
{
    private const int Gateways = 10_000;
    private const int Some = 1_000_000;
    private const int All = 10_000_000;
    private const int Rounds = All / Gateways;

    public static async Task<IReadOnlyList<Result>> Run()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var cloud = new Cloud(kafka.Bootstrap, "sqlite:cloud.db");
        await cloud.MakeTopics();
        cloud.Start();
        await cloud.Ready();
        var idle = ProcessUse.Of(cloud.ProcessId);
        await cloud.Stop();

        // The last reading is now, and the heartbeat after it, so that no gateway is silent or lost.
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var begin = now.AddSeconds(-30 * Rounds);
        CloudRecords.Produce(kafka.Bootstrap, Topics.Temperature, All, i => CloudRecords.Reading(i, Gateways, 1, begin));
        cloud.Start();
        await cloud.Ready();
        var started = Stopwatch.GetTimestamp();
        var (some, _) = await cloud.Folded(Topics.Temperature, Some, started);
        var first = ProcessUse.Of(cloud.ProcessId);
        await cloud.Folded(Topics.Temperature, All, started);
        var last = ProcessUse.Of(cloud.ProcessId);
        CloudRecords.Produce(kafka.Bootstrap, Topics.Ledger, Gateways, i => CloudRecords.LedgerEntry(i, Rounds + 1, now));
        CloudRecords.Produce(kafka.Bootstrap, Topics.Status, Gateways, i => CloudRecords.Status(i, Rounds + 1, now));
        await cloud.Folded(Topics.Status, Gateways, started);
        var whole = ProcessUse.Of(cloud.ProcessId);
        await cloud.Stop();
        return
        [
            new Result("fleet", last.ProcessorTime.TotalMicroseconds / All, first.ProcessorTime.TotalMicroseconds / some, "processor µs/record")
            {
                Details = new()
                {
                    ["gateways"] = Gateways,
                    ["records"] = All,
                    ["memoryBytesAGateway"] = (whole.ResidentBytes - idle.ResidentBytes) / Gateways,
                    ["residentMiB"] = whole.ResidentBytes >> 20,
                    ["peakMiB"] = whole.PeakResidentBytes >> 20,
                    ["databaseBytesAGateway"] = cloud.DatabaseBytes / Gateways,
                    ["databaseBytesARecord"] = Math.Round(cloud.DatabaseBytes / (double)All, 1),
                },
            },
        ];
    }
}
