using System.Diagnostics;

namespace EdgeGateway.Benchmarks;

/// <summary>Times and allocations of code that runs on the calling thread.</summary>
internal static class Measure
{
    private const int Rounds = 15;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Nanoseconds of one call of each, the best of rounds that take turns, so that what else the machine does counts for
    /// neither; and the bytes that a call of the first allocates.
    /// </summary>
    public static (double Ours, double Baseline, double Bytes) InTurns(Action ours, Action baseline)
    {
        var (ourCalls, baselineCalls) = (CallsARound(ours), CallsARound(baseline));
        double ourBest = double.MaxValue, baselineBest = double.MaxValue;
        long allocated = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            ourBest = Math.Min(ourBest, NanosecondsACall(ours, ourCalls));
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            baselineBest = Math.Min(baselineBest, NanosecondsACall(baseline, baselineCalls));
        }

        return (ourBest, baselineBest, allocated / ((double)Rounds * ourCalls));
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static double NanosecondsACall(Action call, int calls)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            call();
        }

        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / calls;
    }

    private static int CallsARound(Action call)
    {
        var started = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(started) < WarmUp)
        {
            call();
            count++;
        }

        return Math.Max(1, (int)(count * (Round / WarmUp)));
    }
}
