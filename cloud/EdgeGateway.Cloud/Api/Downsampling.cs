using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Api;

/// <summary>Fewer points for a chart without losing a peak.</summary>
public static class Downsampling
{
    /// <summary>Keeps of each stretch of time the lowest and highest reading and every fault, in their order.</summary>
    public static IReadOnlyList<StoredReading> MinMax(IReadOnlyList<StoredReading> readings, int points)
    {
        if (readings.Count <= points)
        {
            return readings;
        }

        var perStretch = (int)Math.Ceiling(readings.Count * 2.0 / points);
        var kept = new List<StoredReading>(points);
        foreach (var stretch in readings.Chunk(perStretch))
        {
            var measured = stretch.Where(reading => reading.Celsius is not null).ToList();
            var extremes = measured.Count == 0 ? [] : new[] { measured.MinBy(reading => reading.Celsius), measured.MaxBy(reading => reading.Celsius) };
            kept.AddRange(extremes.Concat(stretch.Where(reading => reading.Fault is not null).Take(1)).Distinct().OrderBy(reading => reading.At));
        }

        return kept;
    }
}
