using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>What one partition of <c>inventory.movements</c> remembers: its ids, its event time, and which reservations lapse when.</summary>
public sealed class PartitionStock(MovementIds ids)
{
    private readonly PriorityQueue<LevelKey, long> expiries = new();

    public MovementIds Ids => ids;

    /// <summary>Newest event time seen, Unix milliseconds.</summary>
    public long EventTime
    {
        get => ids.EventTime;
        set => ids.EventTime = value;
    }

    /// <summary>Notes when the level's next reservation lapses.</summary>
    public void Watch(LevelRow level)
    {
        if (level.Reservations.NextExpiry is { } expiry)
        {
            Watch(level.Key, expiry);
        }
    }

    public void Watch(LevelKey key, long expiry) => expiries.Enqueue(key, expiry);

    /// <summary>Reservations of a level may have lapsed.</summary>
    public bool HasExpired => expiries.Count > 0 && expiries.TryPeek(out _, out var expiry) && expiry <= EventTime;

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
}
