using System.Data.Common;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Consume;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Commands;

/// <summary><c>edge-cloud dead-letter list</c> and <c>replay</c>: what could not be read, and sending it again once it can be.</summary>
public static class DeadLetterCommand
{
    private const int ShownBytes = 200;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    /// <summary>One JSON line a record that waits: where it came from, why it was refused, how it begins.</summary>
    public static Task<int> List(FileInfo file, string? topic) => Run(file, (configuration, store) =>
    {
        foreach (var letter in new DeadLetterQueue(configuration, store).Waiting().Where(letter => topic is null || letter.Topic == topic))
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                at = letter.At,
                topic = letter.Topic,
                partition = letter.Partition,
                offset = letter.Offset,
                error = letter.Error,
                key = letter.Key is null ? null : Encoding.UTF8.GetString(letter.Key),
                value = letter.Value is null ? null : Encoding.UTF8.GetString(letter.Value.AsSpan(0, Math.Min(ShownBytes, letter.Value.Length))),
            }));
        }
    });

    /// <summary>
    /// Sends records that can be read by now back to the topic they came from, with their key and bytes. The others go to the
    /// end of the queue. A replay that broke off is simply repeated: what it sent already counts once.
    /// </summary>
    public static Task<int> Replay(FileInfo file, string? topic) => Run(file, (configuration, store) =>
    {
        var queue = new DeadLetterQueue(configuration, store);
        var (sent, kept, failed) = (0, 0, 0);
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig(configuration.Settings.Kafka.ToClientConfig("edge-cloud-dead-letter", configuration.Folder))
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            Partitioner = Partitioner.Murmur2Random,
        }).Build())
        {
            foreach (var letter in queue.Waiting())
            {
                var isWanted = topic is null || letter.Topic == topic;
                var error = isWanted ? ReasonToRefuse(letter) : letter.Error;
                var (target, message) = isWanted && error is null
                    ? (letter.Topic, new Message<byte[]?, byte[]?> { Key = letter.Key, Value = letter.Value })
                    : (Topics.DeadLetter, Kept(letter, error!));
                if (target == Topics.DeadLetter)
                {
                    kept++;
                }
                else
                {
                    sent++;
                }

                Produce(producer, target, message, report => failed += report.Error.IsError ? 1 : 0);
            }

            failed += producer.Flush(AnswerLimit);
        }

        if (failed > 0)
        {
            throw new KafkaException(new Error(ErrorCode.Local_MsgTimedOut, $"{failed} of {sent + kept} records were not acknowledged; replay again, what was sent counts once"));
        }

        queue.Finish();
        Console.WriteLine($"{sent} records sent again, {kept} still wait");
    });

    private static async Task<int> Run(FileInfo file, Action<CloudConfiguration, IStore> action)
    {
        if (CheckCommand.Read(file) is not { } configuration)
        {
            return ExitCodes.Usage;
        }

        try
        {
            await using var store = configuration.OpenStore();
            store.Migrate();
            action(configuration, store);
            return ExitCodes.Done;
        }
        catch (KafkaException e)
        {
            Console.Error.WriteLine($"reading {Topics.DeadLetter} at {configuration.Settings.Kafka.BootstrapServers}: {e.Error.Reason}");
            return ExitCodes.Failed;
        }
        catch (DbException e)
        {
            Console.Error.WriteLine($"reading how far {Topics.DeadLetter} is dealt with: the database failed: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private static string? ReasonToRefuse(Letter letter)
    {
        if (!ConsumeLoop.Subscribed.Contains(letter.Topic))
        {
            return $"its header names the topic '{letter.Topic}', which nothing is read from";
        }

        return RecordParser.Check(new KafkaRecord { Topic = letter.Topic, Partition = 0, Offset = 0, Value = letter.Value, HasValue = letter.Value is not null });
    }

    private static Message<byte[]?, byte[]?> Kept(Letter letter, string error) => new()
    {
        Key = letter.Key,
        Value = letter.Value,
        Headers =
        [
            new Header("error", Encoding.UTF8.GetBytes(error)),
            new Header("topic", Encoding.UTF8.GetBytes(letter.Topic)),
            new Header("partition", Encoding.UTF8.GetBytes(letter.Partition)),
            new Header("offset", Encoding.UTF8.GetBytes(letter.Offset)),
        ],
    };

    private static void Produce(IProducer<byte[]?, byte[]?> producer, string topic, Message<byte[]?, byte[]?> message, Action<DeliveryReport<byte[]?, byte[]?>> delivered)
    {
        while (true)
        {
            try
            {
                producer.Produce(topic, message, delivered);
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
