using System.Buffers;
using System.Buffers.Binary;
using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>What committing remembers of one partition of <c>inventory.movements</c>: its event time, and which reservations lapse when.</summary>
public sealed class PartitionStock
{
    // Within 64 KiB, a size that is kept for all partitions together and is no large object to the garbage collector.
    private const int RowBytes = 5_400 * MovementIdsRow.EntryBytes;

    // Event time. What is past remembering takes room until then and is not looked at.
    private const int DeleteEveryMinutes = 6 * 60;

    private readonly int number;
    private readonly PriorityQueue<LevelKey, long> expiries = new();
    private readonly List<byte[]> added = [];
    private int lastBytes = RowBytes;
    private int deletedAt;

    private PartitionStock(int number) => this.number = number;

    /// <summary>Newest event time seen, Unix milliseconds.</summary>
    public long EventTime { get; private set; } = long.MinValue;

    /// <summary>Reservations of a level may have lapsed.</summary>
    public bool HasExpired => expiries.Count > 0 && expiries.TryPeek(out _, out var expiry) && expiry <= EventTime;

    public static PartitionStock Load(IStoreTransaction transaction, int number)
    {
        var partition = new PartitionStock(number);
        foreach (var eventTime in transaction.Command("SELECT event_at FROM movement_ids WHERE part = @part ORDER BY id DESC LIMIT 1").With("part", (long)number).Rows(row => row.GetInt64(0)))
        {
            partition.EventTime = eventTime;
        }

        var expiring = transaction.Command("SELECT site, sku, next_expiry FROM levels WHERE part = @part AND next_expiry IS NOT NULL").With("part", (long)number)
            .Rows(row => (Key: new LevelKey(row.GetString(0), row.GetString(1)), Expiry: row.GetInt64(2)));
        foreach (var (key, expiry) in expiring)
        {
            partition.expiries.Enqueue(key, expiry);
        }

        return partition;
    }

    /// <summary>Takes a new movement in: its time, and its id for <see cref="Save"/>.</summary>
    public void Add(in Movement movement)
    {
        EventTime = Math.Max(EventTime, movement.Clock);
        if (lastBytes == RowBytes)
        {
            added.Add(ArrayPool<byte>.Shared.Rent(RowBytes));
            lastBytes = 0;
        }

        var entry = added[^1].AsSpan(lastBytes, MovementIdsRow.EntryBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, movement.Hash);
        BinaryPrimitives.WriteInt32LittleEndian(entry[sizeof(ulong)..], movement.Minute);
        lastBytes += MovementIdsRow.EntryBytes;
    }

    /// <summary>Notes when the level's next reservation lapses.</summary>
    public void Watch(LevelRow level)
    {
        if (level.Reservations.NextExpiry is { } expiry)
        {
            expiries.Enqueue(level.Key, expiry);
        }
    }

    /// <summary>A level with reservations that may have lapsed, or null.</summary>
    public LevelKey? NextExpired() => HasExpired ? expiries.Dequeue() : null;

    /// <summary>Has the levels loaded whose reservations lapse while this batch is folded.</summary>
    public void WantExpiring(RowCache<LevelKey, LevelRow> levels, Batch batch)
    {
        if (expiries.Count == 0)
        {
            return;
        }

        var newest = Math.Max(EventTime, batch.Movements.NewestAt);
        foreach (var (key, expiry) in expiries.UnorderedItems)
        {
            if (expiry <= newest)
            {
                levels.Want(key);
            }
        }
    }

    /// <summary>Writes the ids that were added since the last time, and deletes what is past remembering.</summary>
    public void Save(IStoreTransaction transaction)
    {
        if (added.Count == 0)
        {
            return;
        }

        var newest = (int)(EventTime / Movement.MinuteMilliseconds);
        transaction.Append(
            MovementIdsRow.Table,
            added.Select((ids, i) => new MovementIdsRow(number, newest, EventTime, ids.AsMemory(0, i < added.Count - 1 ? RowBytes : lastBytes))).ToList());
        if (newest - deletedAt >= DeleteEveryMinutes)
        {
            transaction.Command("DELETE FROM movement_ids WHERE part = @part AND to_at < @at")
                .With("part", (long)number).With("at", (long)newest - MovementIds.WindowMinutes).Run();
            deletedAt = newest;
        }

        added.ForEach(ids => ArrayPool<byte>.Shared.Return(ids));
        added.Clear();
        lastBytes = RowBytes;
    }
}
