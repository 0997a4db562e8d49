using System.Diagnostics;

namespace EdgeGateway.Benchmarks;

/// <summary>Times and allocations of code that runs on the calling thread.</summary>
internal static class Measure
{
    private const int Rounds = 7;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(200);

    /// <summary>Nanoseconds (median of seven rounds) and bytes allocated for one call.</summary>
    public static (double Nanoseconds, double Bytes) PerCall(Action call)
    {
        var perRound = Calls(call, WarmUp) * Round.TotalSeconds / WarmUp.TotalSeconds;
        var times = new double[Rounds];
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < perRound; i++)
            {
                call();
            }

            times[round] = Stopwatch.GetElapsedTime(started).TotalNanoseconds / Math.Ceiling(perRound);
        }

        var bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return (Median(times), bytes / (Rounds * Math.Ceiling(perRound)));
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static double Calls(Action call, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            call();
            count++;
        }

        return count;
    }
}
