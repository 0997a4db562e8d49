using Confluent.Kafka;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Consume;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
using Partition = EdgeGateway.Cloud.Views.Partition;

namespace EdgeGateway.Cloud.Rebuild;

/// <summary>
/// Builds all views anew from the topics, beside the live ones, which go on serving and being written; then takes them over.
/// What persons did, and what was said at the time, is kept: acknowledgements, the audit trail, when an alert was detected.
/// </summary>
public sealed class Rebuilder(CloudConfiguration configuration, IStore store, TimeProvider time, ILogger logger)
{
    private const int MaxRecords = 50_000;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    /// <summary>Runs to the end and returns the number of records read.</summary>
    /// <exception cref="KafkaException">Kafka does not answer.</exception>
    /// <exception cref="System.Data.Common.DbException">The database failed; the live views are as they were.</exception>
    public long Run(CancellationToken stop)
    {
        store.Migrate();
        var shadow = store.MakeShadow();
        try
        {
            shadow.Migrate();
            var count = Read(shadow, stop);
            stop.ThrowIfCancellationRequested();
            var old = Alerts();
            store.TakeOver(shadow, transaction => Keep(transaction, old));
            return count;
        }
        finally
        {
            shadow.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private long Read(IStore shadow, CancellationToken stop)
    {
        var views = new ViewWriter(shadow, configuration.Settings, time, isQuiet: true);
        using var metrics = new CloudMetrics();
        using var writer = new BatchWriter(views, metrics, logger, _ => { });
        var parser = new RecordParser();
        using var consumer = new ConsumerBuilder<byte[]?, object>(new ConsumerConfig(configuration.Settings.Kafka.ToClientConfig("edge-cloud-rebuild", configuration.Folder))
        {
            GroupId = configuration.Settings.Kafka.GroupId + "-rebuild",
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            QueuedMaxMessagesKbytes = 24 * 1024,
            ConsumeResultFields = "timestamp,topic",
        })
            .SetKeyDeserializer(parser.Key).SetValueDeserializer(parser)
            .SetErrorHandler((_, error) => logger.LogWarning("Kafka: {Reason} ({Code}); the client goes on trying.", error.Reason, error.Code))
            .SetLogHandler((_, message) => logger.LogDebug("Kafka client: {Message}", message.Message))
            .Build();

        var ends = Ends(consumer);
        var partitions = ends.Keys.ToDictionary(at => at, at => new Partition(at.Topic, at.Partition.Value, null));
        consumer.Assign(ends.Keys.Select(at => new TopicPartitionOffset(at, Offset.Beginning)));
        var (batch, spare) = (new Batch(), new Batch());
        var remaining = ends.Keys.ToHashSet();
        var count = 0L;
        while (remaining.Count > 0 && !stop.IsCancellationRequested)
        {
            if (consumer.Consume(100) is { } result)
            {
                // The end itself is what counts: the last offsets may belong to no record.
                if (result.IsPartitionEOF || result.Offset.Value + 1 >= ends[result.TopicPartition])
                {
                    remaining.Remove(result.TopicPartition);
                }

                if (!result.IsPartitionEOF && result.Offset.Value < ends[result.TopicPartition])
                {
                    batch.Add(result.Message.Value, partitions[result.TopicPartition], result.Offset.Value, result.Message.Timestamp.UnixTimestampMs);
                    count++;
                }
            }

            if (batch.Count >= MaxRecords || (batch.Count > 0 && remaining.Count == 0))
            {
                HandOver(writer, batch, looksAtClock: false, stop);
                (batch, spare) = (spare, batch);
            }
        }

        // All that is there has been read: who is silent by then is silent.
        foreach (var (at, partition) in partitions)
        {
            writer.WaitUntilIdle(Timeout.InfiniteTimeSpan);
            batch.Progress[partition] = new Progress(partition.Committed ?? ends[at], ends[at], time.GetUtcNow().ToUnixTimeMilliseconds() + 1, 0);
        }

        HandOver(writer, batch, looksAtClock: true, stop);
        writer.WaitUntilIdle(Timeout.InfiniteTimeSpan);
        return count;
    }

    private void HandOver(BatchWriter writer, Batch batch, bool looksAtClock, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (writer.WaitUntilIdle(TimeSpan.FromMilliseconds(200)))
            {
                batch.At = time.GetUtcNow().ToUnixTimeMilliseconds();
                writer.HandOver(batch, looksAtClock);
                return;
            }
        }
    }

    // Partitions that hold records now, and where they end.
    private static Dictionary<TopicPartition, long> Ends(IConsumer<byte[]?, object> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var ends = new Dictionary<TopicPartition, long>();
        foreach (var topic in admin.GetMetadata(AnswerLimit).Topics.Where(topic => ConsumeLoop.Subscribed.Contains(topic.Topic)))
        {
            foreach (var partition in topic.Partitions)
            {
                var at = new TopicPartition(topic.Topic, partition.PartitionId);
                var watermarks = consumer.QueryWatermarkOffsets(at, AnswerLimit);
                if (watermarks.High.Value > watermarks.Low.Value)
                {
                    ends.Add(at, watermarks.High.Value);
                }
            }
        }

        return ends;
    }

    private List<Alert> Alerts()
    {
        using var connection = store.OpenReader();
        return ReaderRow.Rows(connection.Command($"SELECT {string.Join(", ", AlertRow.Table.Columns)} FROM alerts"), AlertRow.Table);
    }

    private void Keep(IStoreTransaction transaction, List<Alert> old)
    {
        var rebuilt = new Dictionary<string, Alert>(StringComparer.Ordinal);
        transaction.Load(AlertRow.Table, old.ConvertAll(alert => alert.Id), alert => rebuilt.Add(alert.Id, alert));
        transaction.Save(AlertRow.Table, old.ConvertAll(alert => Merge(alert, rebuilt.GetValueOrDefault(alert.Id))));
        var known = old.Select(alert => alert.Id).ToHashSet(StringComparer.Ordinal);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = ReaderRow.Rows(transaction.Command($"SELECT {string.Join(", ", AlertRow.Table.Columns)} FROM alerts"), AlertRow.Table).Where(alert => !known.Contains(alert.Id));
        transaction.Append(AuditRow.Table, found.Select(alert => new AuditRow(alert.Id, now, AuditRow.System, "opened", null, alert.State, "found while the views were rebuilt")).ToList());
        transaction.Command("UPDATE meta SET value = value + 1 WHERE name = 'generation'").Run();
    }

    private static Alert Merge(Alert old, Alert? rebuilt) => rebuilt is null
        ? old
        : rebuilt with
        {
            DetectedAt = old.DetectedAt,
            State = rebuilt.State == "open" && old.State == "acknowledged" ? "acknowledged" : rebuilt.State,
            AcknowledgedBy = old.AcknowledgedBy,
            Note = old.Note,
        };
}
