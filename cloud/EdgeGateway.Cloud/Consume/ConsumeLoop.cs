using System.Data.Common;
using Confluent.Kafka;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using Partition = EdgeGateway.Cloud.Views.Partition;

namespace EdgeGateway.Cloud.Consume;

/// <summary>
/// Reads the partitions that the group gives this instance, from the offsets in the database on, and hands batches to the
/// writer. The group's own offsets are not used: state and offsets could then disagree.
/// </summary>
public sealed class ConsumeLoop : IDisposable
{
    /// <summary>Topics that fold into views.</summary>
    public static readonly IReadOnlyList<string> Subscribed =
        [Topics.Temperature, Topics.Position, Topics.Tags, Topics.Inputs, Topics.Ledger, Topics.Status, Topics.Movements];

    /// <summary>While much is waiting: how large and how old a batch may get. Large ones change each row once for many records.</summary>
    public const int MaxRecords = 80_000;

    /// <summary>From where on the first batch is committed, as soon as the database is free; each after it waits for twice as many.</summary>
    public const int FirstRecords = 2_000;

    private static readonly TimeSpan MaxAgeBehind = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(3);

    private readonly IStore store;
    private readonly BatchWriter writer;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly RecordConsumer consumer;
    private readonly RecordHandler take;
    private readonly WatermarkWatch watermarks;
    private readonly MovementFilter filter;
    private readonly Dictionary<TopicPartition, Partition> assigned = [];
    private readonly HashSet<string> missingTopics = [];
    private Batch batch = new();
    private Batch spare = new();
    private Partition? lastPartition;
    private int limit = FirstRecords;
    private long batchStarted;
    private long lastTick;
    private CancellationToken stopping;

    public ConsumeLoop(CloudConfiguration configuration, IStore store, MovementFilter filter, BatchWriter writer, TimeProvider time, ILogger logger)
    {
        this.store = store;
        this.filter = filter;
        this.writer = writer;
        this.time = time;
        this.logger = logger;
        take = Take;
        consumer = new RecordConsumer(
            Config(configuration, "edge-cloud", configuration.Settings.Kafka.GroupId),
            LogError,
            (level, line) => logger.Log(level <= (int)SyslogLevel.Error ? LogLevel.Warning : LogLevel.Debug, "Kafka client: {Message}", line));
        watermarks = new WatermarkWatch(consumer, time, logger);
    }

    /// <summary>How records are read: offsets are the database's, and little waits in the client's memory.</summary>
    public static ConsumerConfig Config(CloudConfiguration configuration, string clientId, string groupId) =>
        new(configuration.Settings.Kafka.ToClientConfig(clientId, configuration.Folder))
        {
            GroupId = groupId,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,
            // A topic that is made after the start is found this soon.
            TopicMetadataRefreshIntervalMs = 5_000,
            SessionTimeoutMs = 10_000,
            HeartbeatIntervalMs = 2_000,
            FetchWaitMaxMs = 100,
            FetchMaxBytes = 1024 * 1024,
            // Bytes are what is to limit it, also where one partition has all that waits.
            QueuedMinMessages = 32_000,
            QueuedMaxMessagesKbytes = 4 * 1024,
            CheckCrcs = false,
        };

    /// <summary>Lag of the partitions this instance has.</summary>
    public WatermarkWatch Watermarks => watermarks;

    /// <summary>Reads until told to stop; the last batch is committed before it returns.</summary>
    public void Run(CancellationToken stop)
    {
        stopping = stop;
        consumer.Subscribe(Subscribed);
        while (!stop.IsCancellationRequested)
        {
            Poll();
            if (consumer.TakeRebalance() is { } rebalance)
            {
                Revoke();
                consumer.Assign(rebalance.IsAssignment ? Assigned(rebalance.Partitions) : []);
            }
            else if (writer.IsFenced)
            {
                // Leaving and joining again gives an assignment that starts from the database's offsets.
                Revoke();
                consumer.Unsubscribe();
                consumer.Subscribe(Subscribed);
            }
        }

        writer.WaitUntilIdle(TimeSpan.FromSeconds(5));
        if (batch.Count > 0 && writer.IsIdle)
        {
            HandOver(looksAtClock: false);
            writer.WaitUntilIdle(TimeSpan.FromSeconds(5));
        }

        watermarks.Stop();
        consumer.Close();
    }

    public void Dispose()
    {
        watermarks.Dispose();
        consumer.Dispose();
    }

    private void Poll()
    {
        var count = consumer.Read(batch.Count == 0 ? 100 : writer.IsIdle ? 1 : 5, take);

        if (batch.Count >= MaxRecords)
        {
            writer.Prepare(batch);
        }

        // Reading pauses here while the database is slow or away; the batch in memory is all that waits.
        while (batch.Count >= MaxRecords && !stopping.IsCancellationRequested && !writer.WaitUntilIdle(TimeSpan.FromMilliseconds(200)))
        {
        }

        if (!writer.IsIdle)
        {
            return;
        }

        if (batch.Count > 0 && (batch.Count >= limit || IsDue(count)))
        {
            HandOver(looksAtClock: time.GetElapsedTime(lastTick) >= Tick);
        }
        else if (batch.Count == 0 && assigned.Count > 0 && time.GetElapsedTime(lastTick) >= Tick)
        {
            HandOver(looksAtClock: true);
        }
    }

    // At once when nothing more is there, for whoever waits for an alert; later the more is still to come.
    private bool IsDue(int justRead)
    {
        var age = time.GetElapsedTime(batchStarted);
        if (age >= MaxAgeBehind)
        {
            return true;
        }

        if (justRead > 0 && age < MaxAge)
        {
            return false;
        }

        var behind = batch.Progress.Sum(entry => Math.Max(0, consumer.KnownEnd(entry.Key.Topic, entry.Key.Number) - entry.Value.NextOffset));
        return behind == 0 || (age >= MaxAge && behind < limit);
    }

    private void Take(in KafkaRecord record)
    {
        var partition = lastPartition;
        if (partition is null || partition.Number != record.Partition || partition.Topic != record.Topic)
        {
            if (!assigned.TryGetValue(new TopicPartition(record.Topic, record.Partition), out partition))
            {
                return;
            }

            lastPartition = partition;
        }

        if (record.IsPartitionEnd)
        {
            watermarks.Set(partition, record.Offset, time.GetUtcNow().ToUnixTimeMilliseconds());
            return;
        }

        if (batch.Count == 0)
        {
            batchStarted = time.GetTimestamp();
        }

        if (RecordParser.Read(record, partition, batch) is { } error)
        {
            logger.LogInformation("Record {Topic}/{Partition}@{Offset} goes to {DeadLetter}: {Reason}.", partition.Topic, partition.Number, record.Offset, Topics.DeadLetter, error);
        }
    }

    private void HandOver(bool looksAtClock)
    {
        lastTick = looksAtClock ? time.GetTimestamp() : lastTick;
        batch.At = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (looksAtClock)
        {
            foreach (var partition in assigned.Values)
            {
                if (partition.Committed is { } committed)
                {
                    batch.Progress.TryAdd(partition, new Progress(committed, 0, 0, 0));
                }
            }
        }

        foreach (var (partition, progress) in batch.Progress)
        {
            var (end, at) = watermarks.Get(partition);
            batch.Progress[partition] = progress with { HighOffset = Math.Max(end, progress.NextOffset), CaughtUpAt = end <= progress.NextOffset ? at : 0 };
        }

        limit = batch.Count >= limit ? Math.Min(limit * 2, MaxRecords) : limit;
        writer.HandOver(batch, looksAtClock);
        (batch, spare) = (spare, batch);
    }

    private IEnumerable<TopicPartitionOffset> Assigned(IReadOnlyList<TopicPartition> partitions)
    {
        var pause = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            try
            {
                var offsets = Load(partitions);
                assigned.Clear();
                foreach (var partition in partitions)
                {
                    assigned.Add(partition, new Partition(partition.Topic, partition.Partition.Value, offsets.TryGetValue(partition, out var next) ? next : null));
                }

                watermarks.Watch([.. assigned.Values]);
                limit = FirstRecords;
                logger.LogInformation("Assigned {Count} partitions.", partitions.Count);
                // What begins later than at 0 is found by the client; asked for the beginning, it would wait for half a second first.
                return partitions.Select(partition => new TopicPartitionOffset(partition, offsets.GetValueOrDefault(partition))).ToList();
            }
            catch (DbException e)
            {
                logger.LogWarning("Reading the offsets of {Count} partitions: the database failed ({Reason}); trying again.", partitions.Count, e.Message);
                stopping.WaitHandle.WaitOne(pause);
                pause = pause.TotalSeconds < 5 ? pause * 2 : pause;
                if (stopping.IsCancellationRequested)
                {
                    return [];
                }
            }
        }
    }

    private Dictionary<TopicPartition, long> Load(IReadOnlyList<TopicPartition> partitions)
    {
        var offsets = new Dictionary<TopicPartition, long>();
        using var transaction = store.BeginShort();
        transaction.Load(
            ConsumedRow.Table, partitions.Select(partition => (partition.Topic, partition.Partition.Value)).ToList(),
            row => offsets.Add(new TopicPartition(row.Topic, row.Partition), row.NextOffset));
        filter.Load(transaction, partitions.Where(partition => partition.Topic == Topics.Movements).Select(partition => partition.Partition.Value));
        return offsets;
    }

    // What is being committed may finish, what is only read is read again by whoever has the partition next.
    private void Revoke()
    {
        writer.WaitUntilIdle(TimeSpan.FromSeconds(2));
        writer.Abandon();
        watermarks.Watch([]);
        filter.Clear();
        assigned.Clear();
        lastPartition = null;
        batch.Clear();
    }

    private void LogError(KafkaError error)
    {
        if (error.IsFatal)
        {
            logger.LogError("Kafka client: {Reason}; this instance cannot go on, restart it.", error.Reason);
        }
        else if (!error.IsMissingTopic || missingTopics.Add(error.Reason))
        {
            // A topic that does not exist yet is looked for every few seconds, which nobody needs to read each time.
            logger.LogWarning("Kafka: {Reason}; the client goes on trying.", error.Reason);
        }
    }
}
