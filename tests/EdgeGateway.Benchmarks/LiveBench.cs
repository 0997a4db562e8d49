using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// From an MQTT PUBLISH to the append in Kafka, which it acknowledges, at 1,000 a second: while a backlog drains, against the same without one.
/// The topic's times are those of the append, and the payload tells when it was published, so no consumer is in between.
/// </summary>
internal static class LiveBench
{
    private const int Backlog = 500_000;
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
        var without = Latencies(kafka.Bootstrap, from: 0);
        await gateway.Stop();

        await DrainBench.Fill(gateway.BufferPath, Backlog);
        var before = await OffsetWatch.Count(kafka.Bootstrap, Topics.Temperature);
        await gateway.Start();
        await LivePublisher.Publish(broker.Port, Seconds);
        await OffsetWatch.Rate(kafka.Bootstrap, Topics.Temperature, Backlog + (LivePublisher.EventsPerSecond * Seconds), before);
        var with = Latencies(kafka.Bootstrap, from: without.Count);
        await gateway.Stop();
        return [Compare("live.p50", 0.5), Compare("live.p99", 0.99)];

        Result Compare(string name, double quantile) => new(name, Quantile(with, quantile), Quantile(without, quantile), "ms")
        {
            Details = new()
            {
                ["eventsPerSecond"] = LivePublisher.EventsPerSecond,
                ["backlog"] = Backlog,
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

    /// <summary>Milliseconds on the way of what the live probe published, in ascending order, without so many that came first.</summary>
    private static List<double> Latencies(string bootstrap, int from)
    {
        var config = new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "live", EnablePartitionEof = true, EnableAutoCommit = false };
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(config).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(Topics.Temperature, TimeSpan.FromSeconds(10)).Topics[0].Partitions;
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(Topics.Temperature, p.PartitionId, Offset.Beginning)));
        var latencies = new List<(DateTimeOffset At, double Milliseconds)>();
        for (var ended = 0; ended < partitions.Count;)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new TimeoutException("no further record within 30 s");
            if (record.IsPartitionEOF)
            {
                ended++;
            }
            else if (EventRecord.Parse(Topics.Temperature, record.Message.Value) is TemperatureEvent { Device: Gateway.Device } e)
            {
                latencies.Add((e.ObservedAt, (record.Message.Timestamp.UtcDateTime - e.ObservedAt.UtcDateTime).TotalMilliseconds));
            }
        }

        return [.. latencies.OrderBy(e => e.At).Skip(from).Select(e => e.Milliseconds).Order()];
    }
}
