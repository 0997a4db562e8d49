using System.Diagnostics;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Tags;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// 20,000 tag reads a second through smoothing, 2,000 tags in the field: the share of one core's time it takes
/// (aim: below a half).
/// </summary>
internal static class SmoothingBench
{
    private const int ReadsPerSecond = 20_000;
    private const int Seconds = 30;
    private const int TagsInField = 2_000;
    private const double AimShare = 0.5;

    public static Task<IReadOnlyList<Result>> Run()
    {
        var reads = Enumerable.Range(0, TagsInField)
            .Select(i => new TagReading("portal-1", null, $"3034257BF7194E40{i:X8}", -50, 1)).ToArray();
        var place = new ReaderPlace("dock-1", "receiving");
        var smoothing = new TagSmoothing(new TagSmoothingSettings());
        var changes = new List<TagEvent>();
        var start = DateTimeOffset.UnixEpoch;

        var busy = TimeSpan.Zero;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var second = -5; second < Seconds; second++)
        {
            if (second == 0)
            {
                // The first seconds warm up.
                busy = TimeSpan.Zero;
                allocated = GC.GetAllocatedBytesForCurrentThread();
            }

            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < ReadsPerSecond; i++)
            {
                var at = start.AddSeconds(second + (i / (double)ReadsPerSecond));
                smoothing.Observe(reads[i % reads.Length], place, at, changes);
            }

            smoothing.Expire(start.AddSeconds(second + 1), changes);
            changes.Clear();
            busy += Stopwatch.GetElapsedTime(started);
        }

        return Task.FromResult<IReadOnlyList<Result>>(
        [
            new Result("smoothing", busy.TotalSeconds / Seconds, AimShare, "share of one core")
            {
                Details = new()
                {
                    ["readsPerSecond"] = ReadsPerSecond,
                    ["nanosecondsARead"] = Math.Round(busy.TotalNanoseconds / (ReadsPerSecond * Seconds), 1),
                    ["bytesARead"] = Math.Round((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)(ReadsPerSecond * Seconds), 1),
                },
            },
        ]);
    }
}
