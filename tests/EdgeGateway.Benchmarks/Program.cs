using EdgeGateway.Benchmarks;

// tests/bench.sh [name…]: one JSON line a result on standard output, everything else on standard error.
var benches = new Dictionary<string, Func<Task<IReadOnlyList<Result>>>>(StringComparer.Ordinal)
{
    ["formats"] = FormatsBench.Run,
    ["smoothing"] = SmoothingBench.Run,
    ["open"] = OpenBench.Run,
    ["intake"] = IntakeBench.Run,
    ["drain"] = DrainBench.Run,
    ["memory"] = MemoryBench.Run,
    ["live"] = LiveBench.Run,
    ["levels"] = CatchUpBench.Levels,
    ["temperatures"] = CatchUpBench.Temperatures,
    ["fleet"] = FleetBench.Run,
    ["latency"] = LatencyBench.Run,
};
// The emulator inside librdkafka makes no topics.
string[] onRealKafkaOnly = ["levels", "temperatures", "fleet", "latency"];
var hasKafka = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME"));
if (args is [MemoryBench.EmptyHostArgument])
{
    await MemoryBench.RunEmptyHost();
    return 0;
}

if (args.FirstOrDefault(name => !benches.ContainsKey(name)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"no benchmark '{unknown}'; there are {string.Join(", ", benches.Keys)}");
    return 2;
}

foreach (var name in args.Length > 0 ? args : [.. benches.Keys])
{
    if (!hasKafka && onRealKafkaOnly.Contains(name))
    {
        await Console.Error.WriteLineAsync($"{name}: left out, it needs a real Kafka; set KAFKA_HOME to an unpacked Apache Kafka");
        continue;
    }

    await Console.Error.WriteLineAsync($"{name} …");
    foreach (var result in await benches[name]())
    {
        Console.WriteLine(result.ToJson());
    }
}

return 0;
