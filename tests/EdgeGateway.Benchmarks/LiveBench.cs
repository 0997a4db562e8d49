using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// From an MQTT PUBLISH to the append in Kafka, which it acknowledges, at 1,000 a second: while a backlog drains, against the same without one.
/// The topic's times are those of the append, and the payload tells when it was published, so no consumer is in between. With a backlog
/// only what was published before the last of it was appended counts.
/// </summary>
internal static class LiveBench
{
    private const int Backlog = 2_000_000;
    private const int Seconds = 15;

    public static async Task<IReadOnlyList<Result>> Run()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var kafka = await KafkaFixture.StartOwn();
        await MakeTopic(kafka.Bootstrap);
        using var gateway = new Gateway(broker.Port, kafka.Bootstrap);
        await gateway.Start();
        await broker.WaitForSubscription(Gateway.Topic);
        await LivePublisher.Publish(broker.Port, Seconds);
        await OffsetWatch.Rate(kafka.Bootstrap, Topics.Temperature, LivePublisher.EventsPerSecond * Seconds);
        var without = Sorted(Records(kafka.Bootstrap).Live);
        await gateway.Stop();

        await DrainBench.Fill(gateway.BufferPath, Backlog);
        var before = await OffsetWatch.Count(kafka.Bootstrap, Topics.Temperature);
        await gateway.Start();
        await LivePublisher.Publish(broker.Port, Seconds);
        await OffsetWatch.Rate(kafka.Bootstrap, Topics.Temperature, Backlog + (LivePublisher.EventsPerSecond * Seconds), before);
        await gateway.Stop();
        var (live, drained) = Records(kafka.Bootstrap);
        var with = Sorted(live.Skip(without.Count).Where(e => e.PublishedAt < drained));
        return [Compare("live.p50", 0.5), Compare("live.p99", 0.99)];

        Result Compare(string name, double quantile) => new(name, Quantile(with, quantile), Quantile(without, quantile), "ms")
        {
            Details = new()
            {
                ["eventsPerSecond"] = LivePublisher.EventsPerSecond,
                ["backlog"] = Backlog,
                ["events"] = with.Count,
                ["baselineIs"] = "without a backlog",
                ["kafka"] = kafka.Description,
            },
        };
    }

    private static double Quantile(List<double> sorted, double quantile) => sorted[(int)(quantile * (sorted.Count - 1))];

    private static async Task MakeTopic(string bootstrap)
    {
        KafkaLibrary.Load();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        await admin.CreateTopicsAsync(
        [
            new TopicSpecification
            {
                Name = Topics.Temperature,
                NumPartitions = 6,
                ReplicationFactor = 1,
                Configs = new Dictionary<string, string>(StringComparer.Ordinal) { ["message.timestamp.type"] = "LogAppendTime" },
            },
        ]);
    }

    private static List<double> Sorted(IEnumerable<(DateTimeOffset PublishedAt, DateTimeOffset AppendedAt)> events) =>
        [.. events.Select(e => (e.AppendedAt - e.PublishedAt).TotalMilliseconds).Order()];

    /// <summary>What the live probe published, in its order, and when the last of everything else was appended.</summary>
    private static (List<(DateTimeOffset PublishedAt, DateTimeOffset AppendedAt)> Live, DateTimeOffset Drained) Records(string bootstrap)
    {
        var config = new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "live", EnablePartitionEof = true, EnableAutoCommit = false };
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(config).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(Topics.Temperature, TimeSpan.FromSeconds(10)).Topics[0].Partitions;
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(Topics.Temperature, p.PartitionId, Offset.Beginning)));
        var (live, drained) = (new List<(DateTimeOffset PublishedAt, DateTimeOffset AppendedAt)>(), DateTimeOffset.MinValue);
        for (var ended = 0; ended < partitions.Count;)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new TimeoutException("no further record within 30 s");
            if (record.IsPartitionEOF)
            {
                ended++;
                continue;
            }

            var appended = new DateTimeOffset(record.Message.Timestamp.UtcDateTime);
            if (EventRecord.Parse(Topics.Temperature, record.Message.Value) is TemperatureEvent { Device: Gateway.Device } e)
            {
                live.Add((e.ObservedAt, appended));
            }
            else if (appended > drained)
            {
                drained = appended;
            }
        }

        return ([.. live.OrderBy(e => e.PublishedAt)], drained);
    }
}
