using System.Buffers;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Tests.Views;

/// <summary>Feeds records to the views as the consume loop would, each topic one partition, in batches of a given size.</summary>
internal sealed class Feed(IStore store, ViewWriter writer, int batchSize = int.MaxValue)
{
    private readonly Dictionary<string, Partition> partitions = [];
    private readonly Dictionary<string, long> offsets = [];
    private readonly MovementFilter filter = new();
    private Batch batch = new();

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static CloudSettings Settings { get; } = new()
    {
        Kafka = new CloudKafkaSettings { BootstrapServers = "unused:1" },
        Database = "unused",
        Users = "unused",
        LowStock = new LowStockSettings { Default = 10 },
        Profiles = new Dictionary<string, Profile>
        {
            ["chilled"] = new() { Name = "chilled", Rules = [new ExcursionRule { Above = 8, For = TimeSpan.FromMinutes(5) }], SilentAfter = TimeSpan.FromMinutes(15) },
        },
    };

    public DateTimeOffset Now { get; set; } = Start;

    public static Feed New(IStore store, int batchSize = int.MaxValue) => new(store, new ViewWriter(store, Settings, TimeProvider.System), batchSize);

    public void Add(object record)
    {
        var topic = record switch
        {
            InventoryMovement => Topics.Movements,
            GatewayStatus => Topics.Status,
            GatewayEvent e => Topics.Of(e.Family),
            _ => throw new ArgumentException("no record", nameof(record)),
        };
        if (!partitions.TryGetValue(topic, out var partition))
        {
            partitions.Add(topic, partition = new Partition(topic, 0, null));
            using var transaction = store.BeginShort();
            filter.Load(transaction, [0]);
        }

        Add(batch, record, partition, offsets[topic] = offsets.GetValueOrDefault(topic, -1) + 1, Now.ToUnixTimeMilliseconds());
        var progress = batch.Progress[partition];
        batch.Progress[partition] = progress with { HighOffset = progress.NextOffset, CaughtUpAt = Now.ToUnixTimeMilliseconds() };
        if (batch.Count >= batchSize)
        {
            Commit();
        }
    }

    public static void Add(Batch batch, object record, Partition partition, long offset, long recordAt)
    {
        if (record is InventoryMovement movement)
        {
            var value = new ArrayBufferWriter<byte>();
            movement.Write(value);
            batch.Add(MovementRecord.Parse(value.WrittenSpan), partition, offset, recordAt);
        }
        else
        {
            batch.Add(record, partition, offset, recordAt);
        }
    }

    public Changes Commit(bool looksAtClock = false)
    {
        batch.At = Now.ToUnixTimeMilliseconds();
        if (looksAtClock)
        {
            foreach (var partition in partitions.Values.Where(partition => partition.Committed is not null))
            {
                batch.Progress[partition] = new Progress(partition.Committed!.Value, partition.Committed.Value, batch.At, 0);
            }
        }

        filter.Mark(batch.Movements);
        var changes = writer.Apply(batch, looksAtClock);
        batch = new Batch();
        return changes;
    }

    public static void All(IStore store, IEnumerable<object> records, int batchSize = int.MaxValue)
    {
        var feed = New(store, batchSize);
        foreach (var record in records)
        {
            feed.Add(record);
        }

        feed.Commit();
    }

    public List<T> Query<T>(string sql, Func<System.Data.Common.DbDataReader, T> read)
    {
        using var connection = store.OpenReader();
        return connection.Command(sql).Rows(read);
    }
}
