using Confluent.Kafka;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Consume;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using Partition = EdgeGateway.Cloud.Views.Partition;

namespace EdgeGateway.Cloud.Rebuild;

/// <summary>
/// Builds all views anew from the topics, beside the live ones, which go on serving and being written; then takes them over.
/// What persons did, and what was said at the time, is kept: acknowledgements, the audit trail, when an alert was detected.
/// </summary>
public sealed class Rebuilder(CloudConfiguration configuration, IStore store, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    private Task closing = Task.CompletedTask;

    /// <summary>Runs to the end and returns the number of records read.</summary>
    /// <exception cref="KafkaException">Kafka does not answer.</exception>
    /// <exception cref="System.Data.Common.DbException">The database failed; the live views are as they were.</exception>
    public long Run(CancellationToken stop)
    {
        // Nothing is waited for here that is not there yet, and a broker that waits for it answers nothing else in the meantime.
        using var consumer = new RecordConsumer(
            new ConsumerConfig(ConsumeLoop.Config(configuration, "edge-cloud-rebuild", configuration.Settings.Kafka.GroupId + "-rebuild")) { FetchWaitMaxMs = 10 },
            error => logger.LogWarning("Kafka: {Reason}; the client goes on trying.", error.Reason),
            (_, line) => logger.LogDebug("Kafka client: {Message}", line));
        // Before the ends are asked for: what is detected later may lie behind them.
        var alerts = new KeptAlerts(time);
        // Meanwhile the database is made ready.
        var ends = Task.Run(() => Ends(consumer), CancellationToken.None);
        IStore? shadow = null;
        try
        {
            store.Migrate();
            shadow = store.MakeShadow();
            shadow.Migrate();
            var count = Read(shadow, consumer, ends.GetAwaiter().GetResult(), stop);
            stop.ThrowIfCancellationRequested();
            store.TakeOver(shadow, alerts.Read, alerts.Save);
            return count;
        }
        finally
        {
            // What is being asked must not lose its client, whatever comes of it.
            Task.WhenAny(ends).Wait(CancellationToken.None);
            closing.Wait(CancellationToken.None);
            shadow?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private long Read(IStore shadow, RecordConsumer consumer, Dictionary<TopicPartition, (long Low, long High)> ends, CancellationToken stop)
    {
        var views = new ViewWriter(shadow, configuration.Settings, time, isQuiet: true);
        var filter = new MovementFilter();
        using var metrics = new CloudMetrics();
        using var writer = new BatchWriter(views, filter, metrics, logger, _ => { });
        var partitions = ends.ToDictionary(entry => entry.Key, entry => (Partition: new Partition(entry.Key.Topic, entry.Key.Partition.Value, null), End: entry.Value.High));
        using (var transaction = shadow.BeginShort())
        {
            filter.Load(transaction, partitions.Keys.Where(at => at.Topic == Topics.Movements).Select(at => at.Partition.Value));
        }

        var (batch, spare) = (new Batch(), new Batch());
        var remaining = new HashSet<Partition>();
        var (count, limit) = (0L, ConsumeLoop.FirstRecords);
        var (partition, end) = (default(Partition), 0L);
        RecordHandler take = (in record) =>
        {
            if (partition is null || partition.Number != record.Partition || partition.Topic != record.Topic)
            {
                (partition, end) = partitions[new TopicPartition(record.Topic, record.Partition)];
            }

            // The end itself is what counts: the last offsets may belong to no record.
            if (record.IsPartitionEnd || record.Offset + 1 >= end)
            {
                remaining.Remove(partition);
            }

            if (!record.IsPartitionEnd && record.Offset < end)
            {
                RecordParser.Read(record, partition, batch);
                count++;
            }
        };
        foreach (var together in ReadTogether(partitions.Keys))
        {
            remaining.UnionWith(together.Select(at => partitions[at].Partition));
            consumer.Assign(together.Select(at => new TopicPartitionOffset(at, ends[at].Low)));
            while (remaining.Count > 0 && !stop.IsCancellationRequested)
            {
                consumer.Read(100, take);
                if (batch.Count >= ConsumeLoop.MaxRecords || (batch.Count >= limit && writer.IsIdle))
                {
                    limit = Math.Min(limit * 2, ConsumeLoop.MaxRecords);
                    HandOver(writer, batch, looksAtClock: false, stop);
                    (batch, spare) = (spare, batch);
                }
            }
        }

        HandOver(writer, batch, looksAtClock: false, stop);
        writer.WaitUntilIdle(Timeout.InfiniteTimeSpan);

        // All that is there has been read: who is silent by then is silent.
        foreach (var (read, readTo) in partitions.Values)
        {
            spare.Progress[read] = new Progress(read.Committed ?? readTo, readTo, time.GetUtcNow().ToUnixTimeMilliseconds() + 1, 0);
        }

        HandOver(writer, spare, looksAtClock: true, stop);
        writer.WaitUntilIdle(Timeout.InfiniteTimeSpan);
        return count;
    }

    // Movements a partition at a time: a batch of one changes a few levels much, of all of them each level a little, which costs more.
    // The numbers of a gateway lie over several partitions, so everything else is read together.
    private static IEnumerable<IEnumerable<TopicPartition>> ReadTogether(IEnumerable<TopicPartition> partitions) =>
        partitions.GroupBy(at => at.Topic == Topics.Movements ? at.Partition.Value : -1).OrderBy(group => group.Key);

    private void HandOver(BatchWriter writer, Batch batch, bool looksAtClock, CancellationToken stop)
    {
        writer.Prepare(batch);
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

    // Partitions that hold records now, where they begin and end.
    private Dictionary<TopicPartition, (long Low, long High)> Ends(RecordConsumer consumer)
    {
        var admin = new AdminClientBuilder(configuration.Settings.Kafka.ToClientConfig("edge-cloud-rebuild", configuration.Folder)).Build();
        try
        {
            var ends = new Dictionary<TopicPartition, (long Low, long High)>();
            foreach (var topic in admin.GetMetadata(AnswerLimit).Topics.Where(topic => ConsumeLoop.Subscribed.Contains(topic.Topic)))
            {
                foreach (var partition in topic.Partitions)
                {
                    var at = new TopicPartition(topic.Topic, partition.PartitionId);
                    var (low, high) = consumer.QueryWatermarks(at, AnswerLimit);
                    if (high > low)
                    {
                        ends.Add(at, (low, high));
                    }
                }
            }

            return ends;
        }
        finally
        {
            // Its threads take a fifth of a second to end, in which reading can begin.
            closing = Task.Run(admin.Dispose);
        }
    }
}
