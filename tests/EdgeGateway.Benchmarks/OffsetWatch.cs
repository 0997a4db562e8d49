using System.Diagnostics;
using Confluent.Kafka;
using EdgeGateway.Hosting;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// Watches how fast a topic grows: the rate from a tenth of the way to 99 % of it, so that neither the start nor the
/// last lines, which stay in the buffer of a yardstick's pipe, are in it.
/// </summary>
internal static class OffsetWatch
{
    private const double From = 0.1;
    private const double To = 0.99;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Waits until nearly <paramref name="count"/> records came to the <paramref name="already"/> that were there and returns records a second.</summary>
    /// <exception cref="TimeoutException">They are not there within five minutes.</exception>
    public static async Task<double> Rate(string bootstrap, string topic, long count, long already = 0)
    {
        KafkaLibrary.Load();
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "bench" }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var started = Stopwatch.GetTimestamp();
        (long Count, long At)? first = null;
        while (true)
        {
            var now = High(consumer, admin, topic) - already;
            var at = Stopwatch.GetTimestamp();
            first ??= now >= count * From ? (now, at) : null;
            if (now >= count * To)
            {
                return (now - first!.Value.Count) / Stopwatch.GetElapsedTime(first.Value.At, at).TotalSeconds;
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"{topic} holds {now} of {count} records after {Patience.TotalMinutes} min");
            }

            await Task.Delay(Poll);
        }
    }

    /// <summary>Records in a topic now.</summary>
    public static long Count(string bootstrap, string topic)
    {
        KafkaLibrary.Load();
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "bench" }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return High(consumer, admin, topic);
    }

    private static long High(IConsumer<Ignore, Ignore> consumer, IAdminClient admin, string topic)
    {
        try
        {
            return admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions
                .Sum(p => consumer.QueryWatermarkOffsets(new TopicPartition(topic, p.PartitionId), TimeSpan.FromSeconds(10)).High.Value);
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.NotLeaderForPartition or ErrorCode.LeaderNotAvailable)
        {
            // A topic that is coming into being holds nothing yet.
            return 0;
        }
    }
}
