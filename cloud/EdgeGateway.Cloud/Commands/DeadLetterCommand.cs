using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Commands;

/// <summary><c>edge-cloud dead-letter list</c> and <c>replay</c>: what could not be read, and sending it again once it can be.</summary>
public static class DeadLetterCommand
{
    private const int ShownBytes = 200;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    /// <summary>One JSON line a record: where it came from, why it was refused, how it begins.</summary>
    public static int List(FileInfo file, string? topic) => Run(file, (configuration, _) =>
    {
        foreach (var letter in Read(configuration, topic))
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                at = letter.Offset,
                topic = letter.Topic,
                partition = letter.SourcePartition,
                offset = letter.SourceOffset,
                error = letter.Error,
                key = letter.Key is null ? null : Encoding.UTF8.GetString(letter.Key),
                value = letter.Value is null ? null : Encoding.UTF8.GetString(letter.Value.AsSpan(0, Math.Min(ShownBytes, letter.Value.Length))),
            }));
        }
    });

    /// <summary>Sends records back to the topic they came from, with their key and bytes; those that still cannot be read come back.</summary>
    public static int Replay(FileInfo file, string? topic) => Run(file, (configuration, client) =>
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig(client)
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            Partitioner = Partitioner.Murmur2Random,
        }).Build();
        var (sent, failed) = (0, 0);
        foreach (var letter in Read(configuration, topic))
        {
            producer.Produce(letter.Topic, new Message<byte[]?, byte[]?> { Key = letter.Key, Value = letter.Value }, report => failed += report.Error.IsError ? 1 : 0);
            sent++;
        }

        failed += producer.Flush(AnswerLimit);
        Console.WriteLine($"{sent - failed} of {sent} records sent again");
        if (failed > 0)
        {
            throw new KafkaException(new Error(ErrorCode.Local_MsgTimedOut, $"{failed} records were not acknowledged"));
        }
    });

    private static int Run(FileInfo file, Action<CloudConfiguration, ClientConfig> action)
    {
        if (CheckCommand.Read(file) is not { } configuration)
        {
            return ExitCodes.Usage;
        }

        try
        {
            action(configuration, configuration.Settings.Kafka.ToClientConfig("edge-cloud-dead-letter", configuration.Folder));
            return ExitCodes.Done;
        }
        catch (KafkaException e)
        {
            Console.Error.WriteLine($"reading {Topics.DeadLetter} at {configuration.Settings.Kafka.BootstrapServers}: {e.Error.Reason}");
            return ExitCodes.Failed;
        }
    }

    private static IEnumerable<Letter> Read(CloudConfiguration configuration, string? topic)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig(configuration.Settings.Kafka.ToClientConfig("edge-cloud-dead-letter", configuration.Folder))
        {
            GroupId = configuration.Settings.Kafka.GroupId + "-dead-letter",
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).SetKeyDeserializer(Deserializers.ByteArray!).SetValueDeserializer(Deserializers.ByteArray!).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var metadata = admin.GetMetadata(Topics.DeadLetter, AnswerLimit).Topics[0];
        foreach (var partition in metadata.Partitions)
        {
            var at = new TopicPartition(Topics.DeadLetter, partition.PartitionId);
            var watermarks = consumer.QueryWatermarkOffsets(at, AnswerLimit);
            consumer.Assign(new TopicPartitionOffset(at, watermarks.Low));
            for (var next = watermarks.Low.Value; next < watermarks.High.Value;)
            {
                var result = consumer.Consume(AnswerLimit) ?? throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"no answer within {AnswerLimit.TotalSeconds} s"));
                next = result.Offset.Value + 1;
                var letter = new Letter(
                    result.Offset.Value, Header(result, "topic"), Header(result, "partition"), Header(result, "offset"), Header(result, "error"), result.Message.Key, result.Message.Value);
                if (topic is null || letter.Topic == topic)
                {
                    yield return letter;
                }
            }
        }
    }

    private static string Header(ConsumeResult<byte[]?, byte[]?> result, string name) =>
        result.Message.Headers.TryGetLastBytes(name, out var value) ? Encoding.UTF8.GetString(value) : "";

    private sealed record Letter(long Offset, string Topic, string SourcePartition, string SourceOffset, string Error, byte[]? Key, byte[]? Value);
}
