using System.Data.Common;
using Confluent.Kafka;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
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

    private const int MaxRecords = 50_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(3);

    private readonly IStore store;
    private readonly BatchWriter writer;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly IConsumer<byte[]?, object> consumer;
    private readonly WatermarkWatch watermarks;
    private readonly Dictionary<TopicPartition, Partition> assigned = [];
    private readonly HashSet<string> missingTopics = [];
    private Batch batch = new();
    private Batch spare = new();
    private Partition? lastPartition;
    private long batchStarted;
    private long lastTick;
    private CancellationToken stopping;

    public ConsumeLoop(CloudConfiguration configuration, IStore store, BatchWriter writer, TimeProvider time, ILogger logger)
    {
        this.store = store;
        this.writer = writer;
        this.time = time;
        this.logger = logger;
        var parser = new RecordParser();
        var settings = configuration.Settings.Kafka;
        consumer = new ConsumerBuilder<byte[]?, object>(new ConsumerConfig(settings.ToClientConfig("edge-cloud", configuration.Folder))
        {
            GroupId = settings.GroupId,
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
            FetchMaxBytes = 4 * 1024 * 1024,
            QueuedMinMessages = 20_000,
            QueuedMaxMessagesKbytes = 12 * 1024,
            ConsumeResultFields = "timestamp,topic",
            CheckCrcs = false,
        })
            .SetKeyDeserializer(parser.Key)
            .SetValueDeserializer(parser)
            .SetErrorHandler((_, error) => LogError(error))
            .SetLogHandler((_, message) => logger.Log(message.Level <= SyslogLevel.Error ? LogLevel.Warning : LogLevel.Debug, "Kafka client: {Message}", message.Message))
            .SetPartitionsAssignedHandler((_, partitions) => Assign(partitions))
            .SetPartitionsRevokedHandler((_, _) => Revoke())
            .SetPartitionsLostHandler((_, _) => Revoke())
            .Build();
        watermarks = new WatermarkWatch(consumer, time, logger);
    }

    /// <summary>Lag of the partitions this instance has.</summary>
    public WatermarkWatch Watermarks => watermarks;

    /// <summary>Reads until told to stop; the last batch is committed before it returns.</summary>
    public void Run(CancellationToken stop)
    {
        stopping = stop;
        consumer.Subscribe(Subscribed);
        while (!stop.IsCancellationRequested)
        {
            var wait = batch.Count == 0 ? 100 : writer.IsIdle ? 0 : 5;
            Poll(wait);
            if (writer.IsFenced)
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

    private void Poll(int waitMilliseconds)
    {
        ConsumeResult<byte[]?, object>? result;
        try
        {
            result = consumer.Consume(waitMilliseconds);
        }
        catch (ConsumeException e)
        {
            LogError(e.Error);
            result = null;
        }

        if (result is { IsPartitionEOF: true })
        {
            MarkCaughtUp(result.TopicPartition, result.Offset.Value);
        }
        else if (result is not null)
        {
            Add(result);
        }

        // Reading pauses here while the database is slow or away; the batch in memory is all that waits.
        while (batch.Count >= MaxRecords && !stopping.IsCancellationRequested && !writer.WaitUntilIdle(TimeSpan.FromMilliseconds(200)))
        {
        }

        if (batch.Count > 0 && writer.IsIdle && (result is null or { IsPartitionEOF: true } || batch.Count >= MaxRecords || time.GetElapsedTime(batchStarted) >= MaxAge))
        {
            HandOver(looksAtClock: time.GetElapsedTime(lastTick) >= Tick);
        }
        else if (batch.Count == 0 && assigned.Count > 0 && writer.IsIdle && time.GetElapsedTime(lastTick) >= Tick)
        {
            HandOver(looksAtClock: true);
        }
    }

    private void Add(ConsumeResult<byte[]?, object> result)
    {
        var partition = lastPartition;
        if (partition is null || partition.Number != result.Partition.Value || partition.Topic != result.Topic)
        {
            if (!assigned.TryGetValue(result.TopicPartition, out partition))
            {
                return;
            }

            lastPartition = partition;
        }

        if (batch.Count == 0)
        {
            batchStarted = time.GetTimestamp();
        }

        if (result.Message.Value is UnreadableRecord bad)
        {
            logger.LogInformation("Record {Topic}/{Partition}@{Offset} goes to {DeadLetter}: {Reason}.", partition.Topic, partition.Number, result.Offset.Value, Topics.DeadLetter, bad.Error);
        }

        batch.Add(result.Message.Value, partition, result.Offset.Value, result.Message.Timestamp.UnixTimestampMs);
    }

    private void MarkCaughtUp(TopicPartition at, long end)
    {
        if (assigned.TryGetValue(at, out var partition))
        {
            watermarks.Set(partition, end, time.GetUtcNow().ToUnixTimeMilliseconds());
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

        writer.HandOver(batch, looksAtClock);
        (batch, spare) = (spare, batch);
    }

    private IEnumerable<TopicPartitionOffset> Assign(List<TopicPartition> partitions)
    {
        var pause = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            try
            {
                var offsets = Offsets(partitions);
                assigned.Clear();
                foreach (var partition in partitions)
                {
                    assigned.Add(partition, new Partition(partition.Topic, partition.Partition.Value, offsets.TryGetValue(partition, out var next) ? next : null));
                }

                watermarks.Watch([.. assigned.Values]);
                logger.LogInformation("Assigned {Count} partitions.", partitions.Count);
                return partitions.Select(partition => new TopicPartitionOffset(partition, offsets.TryGetValue(partition, out var next) ? next : Offset.Beginning)).ToList();
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

    private Dictionary<TopicPartition, long> Offsets(List<TopicPartition> partitions)
    {
        var offsets = new Dictionary<TopicPartition, long>();
        using var transaction = store.BeginShort();
        transaction.Load(
            ConsumedRow.Table, partitions.Select(partition => (partition.Topic, partition.Partition.Value)).ToList(),
            row => offsets.Add(new TopicPartition(row.Topic, row.Partition), row.NextOffset));
        return offsets;
    }

    // What is being committed may finish, what is only read is read again by whoever has the partition next.
    private void Revoke()
    {
        writer.WaitUntilIdle(TimeSpan.FromSeconds(2));
        writer.Abandon();
        watermarks.Watch([]);
        assigned.Clear();
        lastPartition = null;
        batch.Clear();
    }

    private void LogError(Error error)
    {
        if (error.IsFatal)
        {
            logger.LogError("Kafka client: {Reason}; this instance cannot go on, restart it.", error.Reason);
        }
        else if (error.Code != ErrorCode.UnknownTopicOrPart || missingTopics.Add(error.Reason))
        {
            // A topic that does not exist yet is looked for every few seconds, which nobody needs to read each time.
            logger.LogWarning("Kafka: {Reason} ({Code}); the client goes on trying.", error.Reason, error.Code);
        }
    }
}
