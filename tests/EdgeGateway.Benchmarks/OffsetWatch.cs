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
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Waits until nearly <paramref name="count"/> records came to the <paramref name="already"/> that were there and returns records a second.</summary>
    /// <exception cref="TimeoutException">They are not there within five minutes.</exception>
    public static async Task<double> Rate(string bootstrap, string topic, long count, long already = 0)
    {
        using var consumer = Consumer(bootstrap);
        var partitions = await Partitions(bootstrap, topic);
        var started = Stopwatch.GetTimestamp();
        (long Count, long At)? first = null;
        while (true)
        {
            var now = High(consumer, partitions) - already;
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

    /// <summary>Records in a topic now; waits until there is one of that name.</summary>
    public static async Task<long> Count(string bootstrap, string topic)
    {
        using var consumer = Consumer(bootstrap);
        return High(consumer, await Partitions(bootstrap, topic));
    }

    private static IConsumer<Ignore, Ignore> Consumer(string bootstrap)
    {
        KafkaLibrary.Load();
        return new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "bench" }).Build();
    }

    // An admin client takes a whole core while it lives, so none does while anything is measured.
    private static async Task<List<TopicPartition>> Partitions(string bootstrap, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(Poll))
        {
            var found = admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0];
            if (found.Partitions.Count > 0 && found.Partitions.TrueForAll(p => p.Leader >= 0))
            {
                return found.Partitions.ConvertAll(p => new TopicPartition(topic, p.PartitionId));
            }
        }

        throw new TimeoutException($"there is no topic {topic} after {Patience.TotalMinutes} min");
    }

    private static long High(IConsumer<Ignore, Ignore> consumer, List<TopicPartition> partitions) =>
        partitions.Sum(partition => consumer.QueryWatermarkOffsets(partition, TimeSpan.FromSeconds(10)).High.Value);
}
