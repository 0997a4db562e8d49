using EdgeGateway.Buffer;

namespace EdgeGateway.Agent;

/// <summary>Events a second into and out of the buffer over the last ten seconds.</summary>
internal sealed class BufferRates(TimeProvider time)
{
    private const int Samples = 11;

    private readonly Lock gate = new();
    private readonly Queue<(long At, long Appended, long Acknowledged)> samples = new(Samples);

    /// <summary>Called about once a second.</summary>
    public void Sample(BufferStats stats)
    {
        lock (gate)
        {
            if (samples.Count == Samples)
            {
                samples.Dequeue();
            }

            samples.Enqueue((time.GetTimestamp(), stats.Appended, stats.Acknowledged));
        }
    }

    public (double In, double Out) PerSecond()
    {
        lock (gate)
        {
            if (samples.Count < 2)
            {
                return (0, 0);
            }

            var first = samples.Peek();
            var last = samples.Last();
            var seconds = time.GetElapsedTime(first.At, last.At).TotalSeconds;
            return (Math.Round((last.Appended - first.Appended) / seconds, 1), Math.Round((last.Acknowledged - first.Acknowledged) / seconds, 1));
        }
    }
}
