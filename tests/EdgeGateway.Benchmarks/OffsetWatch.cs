using System.Diagnostics;
using Confluent.Kafka;
using EdgeGateway.Hosting;

namespace EdgeGateway.Benchmarks;

/// <summary>Watches how fast a topic grows: the rate from a tenth of the way to its end, so that no start-up is in it.</summary>
internal static class OffsetWatch
{
    private const double From = 0.1;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Waits until <paramref name="count"/> more records are in a topic and returns records a second.</summary>
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
            if (now >= count)
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

    private static long High(IConsumer<Ignore, Ignore> consumer, IAdminClient admin, string topic) =>
        admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions
            .Sum(p => consumer.QueryWatermarkOffsets(new TopicPartition(topic, p.PartitionId), TimeSpan.FromSeconds(10)).High.Value);
}
