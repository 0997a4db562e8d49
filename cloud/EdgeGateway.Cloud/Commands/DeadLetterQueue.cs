using System.Text;
using Confluent.Kafka;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Commands;

/// <summary>
/// The records of <c>dead-letter</c> that still wait. How far they are dealt with is kept in the database: a consumer group
/// forgets its offsets after a week, and a movement that is sent again later than that would count twice.
/// </summary>
internal sealed class DeadLetterQueue(CloudConfiguration configuration, IStore store)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    private readonly Dictionary<int, long> ends = [];

    /// <summary>What waits now, partition by partition.</summary>
    /// <exception cref="KafkaException">Kafka does not answer.</exception>
    /// <exception cref="System.Data.Common.DbException">The database does not answer.</exception>
    public IEnumerable<Letter> Waiting()
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig(configuration.Settings.Kafka.ToClientConfig("edge-cloud-dead-letter", configuration.Folder))
        {
            GroupId = configuration.Settings.Kafka.GroupId + "-dead-letter",
            EnableAutoCommit = false,
        }).SetKeyDeserializer(Deserializers.ByteArray!).SetValueDeserializer(Deserializers.ByteArray!).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        foreach (var partition in admin.GetMetadata(Topics.DeadLetter, AnswerLimit).Topics[0].Partitions)
        {
            var at = new TopicPartition(Topics.DeadLetter, partition.PartitionId);
            var there = consumer.QueryWatermarkOffsets(at, AnswerLimit);
            var next = Math.Max(Position(partition.PartitionId), there.Low.Value);
            // Past the end: the topic was made anew.
            next = next > there.High.Value ? there.Low.Value : next;
            consumer.Assign(new TopicPartitionOffset(at, next));
            while (next < there.High.Value)
            {
                var result = consumer.Consume(AnswerLimit) ?? throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"no answer within {AnswerLimit.TotalSeconds} s"));
                next = result.Offset.Value + 1;
                yield return new Letter(
                    result.Offset.Value, Header(result, "topic"), Header(result, "partition"), Header(result, "offset"), Header(result, "error"), result.Message.Key, result.Message.Value);
            }

            ends[partition.PartitionId] = there.High.Value;
        }
    }

    /// <summary>All that <see cref="Waiting"/> gave is dealt with.</summary>
    public void Finish()
    {
        using var transaction = store.BeginShort();
        foreach (var (partition, end) in ends)
        {
            transaction.Command("INSERT INTO meta (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
                .With("name", NameOf(partition)).With("value", end).Run();
        }

        transaction.Commit();
    }

    private long Position(int partition)
    {
        using var connection = store.OpenReader();
        return connection.Command("SELECT value FROM meta WHERE name = @name").With("name", NameOf(partition)).Rows(row => row.GetInt64(0)).SingleOrDefault();
    }

    private static string NameOf(int partition) => $"{Topics.DeadLetter}/{partition}";

    private static string Header(ConsumeResult<byte[]?, byte[]?> result, string name) =>
        result.Message.Headers.TryGetLastBytes(name, out var value) ? Encoding.UTF8.GetString(value) : "";
}

/// <summary>A record that could not be read: its place on the topic, where it came from, why it was refused, its bytes.</summary>
internal sealed record Letter(long At, string Topic, string Partition, string Offset, string Error, byte[]? Key, byte[]? Value);
