using Confluent.Kafka;
using EdgeGateway.Hosting;

namespace EdgeGateway.Simulator.Check;

/// <summary>Reads topics from their beginning to where they end now.</summary>
public static class TopicReader
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <exception cref="KafkaException">The broker does not answer within 30 s.</exception>
    public static List<ConsumeResult<string?, byte[]?>> ReadAll(string bootstrapServers, IEnumerable<string> topics)
    {
        KafkaLibrary.Load();
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "edge-simulator-check",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            IsolationLevel = IsolationLevel.ReadCommitted,
        };
        using var consumer = new ConsumerBuilder<string?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = topics.SelectMany(topic => admin.GetMetadata(topic, Timeout).Topics)
            .SelectMany(topic => topic.Partitions.Select(p => new TopicPartitionOffset(topic.Topic, p.PartitionId, Offset.Beginning)))
            .ToList();
        consumer.Assign(partitions);

        var records = new List<ConsumeResult<string?, byte[]?>>();
        var ended = new HashSet<TopicPartition>();
        while (ended.Count < partitions.Count)
        {
            var result = consumer.Consume(Timeout)
                ?? throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{bootstrapServers} sent nothing for {Timeout.TotalSeconds} s"));
            if (result.IsPartitionEOF)
            {
                ended.Add(result.TopicPartition);
            }
            else
            {
                records.Add(result);
            }
        }

        return records;
    }
}
