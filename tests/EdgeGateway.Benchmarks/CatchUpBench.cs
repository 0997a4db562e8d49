using System.Diagnostics;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// Records into views through the full transaction (state, marks, offsets, outbox), from process start and once warm, as a
/// share of what <c>kcat -C</c> reads right before and after, the median; on SQLite and on PostgreSQL, with the broker on the same machine.
/// </summary>
internal static class CatchUpBench
{
    private const int FromStart = 2_000_000;
    private const int All = 6_000_000;
    private const int Readings = 2_000_000;
    private const int Gateways = 10;
    private const int Probes = 100;
    private const double Mega = 1024 * 1024;

    /// <summary>Movements into levels.</summary>
    public static async Task<IReadOnlyList<Result>> Levels()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        await MakeTopics(kafka);
        CloudRecords.Produce(kafka.Bootstrap, Topics.Movements, All, CloudRecords.Movement);
        await MakeGroups(kafka, Topics.Movements);
        return await OnBoth(kafka, Topics.Movements, FromStart, async (store, database) =>
        {
            var before = await CloudRecords.KcatReads(kafka.Bootstrap, Topics.Movements, All);
            using var cloud = new Cloud(kafka.Bootstrap, database);
            var started = Stopwatch.GetTimestamp();
            cloud.Start();
            await cloud.Ready();
            var (some, early) = await cloud.Folded(Topics.Movements, FromStart, started);
            var used = ProcessUse.Of(cloud.ProcessId);
            var (all, late) = await cloud.Folded(Topics.Movements, All, started);
            var usedAll = ProcessUse.Of(cloud.ProcessId);
            await cloud.Stop();
            var baseline = Measure.Median([.. before, .. await CloudRecords.KcatReads(kafka.Bootstrap, Topics.Movements, All)]);
            var rebuilt = await cloud.Rebuild();
            return
            [
                Of($"levels.{store}.start", some / early.TotalSeconds, baseline, used.ProcessorTime.TotalMicroseconds / some, used.PeakResidentBytes),
                Of($"levels.{store}.warm", (all - some) / (late - early).TotalSeconds, baseline, (usedAll.ProcessorTime - used.ProcessorTime).TotalMicroseconds / (all - some), usedAll.PeakResidentBytes),
                new Result($"levels.{store}.rebuild", All / rebuilt.TotalSeconds, All / late.TotalSeconds, "records/s"),
            ];
        });
    }

    /// <summary>Temperature readings, each kept for the chart and run through its rules.</summary>
    public static async Task<IReadOnlyList<Result>> Temperatures()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        await MakeTopics(kafka);
        CloudRecords.Produce(kafka.Bootstrap, Topics.Temperature, Readings, i => CloudRecords.Reading(i, Gateways, Probes));
        await MakeGroups(kafka, Topics.Temperature);
        return await OnBoth(kafka, Topics.Temperature, Readings / 2, async (store, database) =>
        {
            var before = await CloudRecords.KcatReads(kafka.Bootstrap, Topics.Temperature, Readings);
            using var cloud = new Cloud(kafka.Bootstrap, database);
            var started = Stopwatch.GetTimestamp();
            cloud.Start();
            await cloud.Ready();
            var (_, time) = await cloud.Folded(Topics.Temperature, Readings, started);
            var used = ProcessUse.Of(cloud.ProcessId);
            await cloud.Stop();
            var baseline = Measure.Median([.. before, .. await CloudRecords.KcatReads(kafka.Bootstrap, Topics.Temperature, Readings)]);
            return [Of($"temperatures.{store}", Readings / time.TotalSeconds, baseline, used.ProcessorTime.TotalMicroseconds / Readings, used.PeakResidentBytes)];
        });
    }

    // Each after a pass that does not count: a broker that was just started is still being compiled, a PostgreSQL still has to make the files
    // of its log, and both take from the two processors what they would not take after an hour; so is what asks here how far the cloud is.
    private static async Task<IReadOnlyList<Result>> OnBoth(KafkaFixture kafka, string topic, int warmUp, Func<string, string, Task<IReadOnlyList<Result>>> run)
    {
        var results = new List<Result>();
        foreach (var store in (string[])["sqlite", "postgres"])
        {
            await using var postgres = store == "postgres" ? await PostgresServer.StartNew("fsync=on") : null;
            using (var cloud = new Cloud(kafka.Bootstrap, await NewDatabase(postgres)))
            {
                cloud.Start();
                await cloud.Ready();
                await cloud.Folded(topic, warmUp, Stopwatch.GetTimestamp());
                await cloud.Stop();
            }

            await (postgres?.DropDatabase() ?? Task.CompletedTask);
            var database = await NewDatabase(postgres);
            // The gigabyte that was just produced, or the views of the pass before, would be written out in the first seconds of this one.
            await Shell.Run("sync");
            results.AddRange(await run(store, database));
        }

        return results;
    }

    private static async Task<string> NewDatabase(PostgresServer? postgres) => postgres is null ? "sqlite:cloud.db" : "postgres:" + await postgres.CreateDatabase();

    private static async Task MakeTopics(KafkaFixture kafka)
    {
        using var cloud = new Cloud(kafka.Bootstrap, "sqlite:cloud.db");
        await cloud.MakeTopics();
    }

    // The broker makes the topic that groups are kept in when the first one comes.
    private static Task MakeGroups(KafkaFixture kafka, string topic) =>
        Shell.Run($"kcat -G warm-up -c 1 -q -b {kafka.Bootstrap} -X auto.offset.reset=earliest {topic} > /dev/null");

    private static Result Of(string bench, double ours, double baseline, double microseconds, long peakBytes) => new(bench, ours, baseline, "records/s")
    {
        Details = new() { ["processorMicrosecondsARecord"] = Math.Round(microseconds, 2), ["peakMiB"] = Math.Round(peakBytes / Mega) },
    };
}
