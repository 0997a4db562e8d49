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
    await Console.Error.WriteLineAsync($"{name} …");
    foreach (var result in await benches[name]())
    {
        Console.WriteLine(result.ToJson());
    }
}

return 0;
