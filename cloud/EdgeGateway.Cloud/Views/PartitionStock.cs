using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>What committing remembers of one partition of <c>inventory.movements</c>: its event time, and which reservations lapse when.</summary>
public sealed class PartitionStock
{
    // Small enough not to be a large object to the garbage collector, which collects those rarely.
    private const int RowBytes = 6_000 * MovementIdsRow.EntryBytes;

    private readonly int number;
    private readonly PriorityQueue<LevelKey, long> expiries = new();
    private readonly ChunkBuffer added = new(MovementIdsRow.EntryBytes * 1024);

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
        added.Write((long)movement.Hash);
        added.Write(movement.Minute);
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
        if (added.Length == 0)
        {
            return;
        }

        var newest = (int)(EventTime / Movement.MinuteMilliseconds);
        var rows = new List<MovementIdsRow>();
        for (var at = 0; at < added.Length; at += RowBytes)
        {
            rows.Add(new MovementIdsRow(number, newest, EventTime, added.Memory.Slice(at, Math.Min(RowBytes, added.Length - at))));
        }

        transaction.Append(MovementIdsRow.Table, rows);
        transaction.Command("DELETE FROM movement_ids WHERE part = @part AND to_at < @at")
            .With("part", (long)number).With("at", (long)newest - MovementIds.WindowMinutes).Run();
        added.Clear();
    }
}
