using System.Buffers;
using System.Text;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Stock by site and article. On hand is the newest count and what was moved after it, in event time, so that facts may come
/// late and in any order; tags that arrive and leave are movements of one. Reservations lapse as event time goes on in their partition.
/// </summary>
public sealed class LevelView(LowStockRule lowStock, Outbox.Outbox outbox)
{
    private readonly RowCache<LevelKey, LevelRow> levels = new(LevelRow.Table, row => row.Key);
    private readonly MovementChain chain = new();
    private readonly MovementChunks chunks = new();
    private readonly SeriesChunks<LevelRow> facts = new();
    private readonly Dictionary<int, PartitionStock> partitions = [];
    private readonly CountHistories histories = new();
    private readonly List<TransferRow> transfers = [];
    private readonly List<LevelRow?> moved = [];
    private PartitionStock? lastStock;
    private int lastPartition;
    private readonly WaitingChanges waiting = new();
    private readonly ArrayBufferWriter<byte> json = new(256);

    /// <summary>Movements that said again what was known, since the start.</summary>
    public long Duplicates { get; private set; }

    /// <summary><c>site/sku</c> of the levels that this batch changed.</summary>
    public IEnumerable<string> ChangedSeries => levels.Changed.Select(level => level.Series);

    public void Want(LevelKey key) => levels.Want(key);

    /// <summary>Has the level loaded, and where it was counted all facts behind it: what a count should have found may change.</summary>
    public void WantFacts(LevelKey key)
    {
        levels.Want(key);
        histories.Want(key);
    }

    /// <summary>Has loaded what waits for earlier numbers of this gateway.</summary>
    public void WantWaiting(string gateway, string store) => waiting.Want(gateway, store);

    /// <summary>Has everything loaded that waits.</summary>
    public void WantWaiting(IStoreTransaction transaction) => waiting.WantAll(transaction);

    /// <summary>Loads what the batch needs, in one query a table.</summary>
    public void Load(IStoreTransaction transaction, Batch batch)
    {
        foreach (var article in batch.Movements.Articles)
        {
            levels.Want(article);
        }

        foreach (var partition in batch.Progress.Keys)
        {
            if (partition.Topic == Topics.Movements)
            {
                LoadStock(transaction, partition.Number).WantExpiring(levels, batch);
            }
        }

        waiting.Load(transaction, levels);

        levels.Load(transaction);
        foreach (var article in batch.Movements.Articles)
        {
            moved.Add(levels.Find(article));
        }

        histories.Load(transaction, batch, levels, moved);
        chain.Load(transaction);
    }

    /// <summary>Applies the movements of the batch that was loaded.</summary>
    public void Apply(MovementBatch batch)
    {
        var movements = batch.All;
        var isNew = batch.IsNew;
        chunks.Group(batch, isNew, moved, chain);
        for (var i = 0; i < movements.Length; i++)
        {
            if (isNew[i])
            {
                Apply(batch, movements[i]);
            }
            else
            {
                Duplicates++;
            }
        }
    }

    /// <summary>A tagged item came or went: a movement of one.</summary>
    /// <param name="key">Site and GTIN-14.</param>
    /// <param name="e">The sighting.</param>
    /// <param name="arrives">False when it leaves.</param>
    /// <param name="recordAt">When the sighting reached Kafka, Unix milliseconds.</param>
    public void Move(LevelKey key, TagEvent e, bool arrives, long recordAt)
    {
        var level = LevelOf(key);
        var before = level.OnHand;
        var at = e.ObservedAt.ToUnixTimeMilliseconds();
        Keep(level, new StoredMovement(
            at, arrives ? MovementKind.Received : MovementKind.Shipped, 1, CloudEvent.EventId(e.Gateway, e.Store, e.Seq), Reference: e.Epc, By: e.Device));
        waiting.Add(new WaitingRow(e.Gateway, e.Store, e.Seq, key.Site, key.Sku, level.OnHand - before, at, recordAt));
    }

    /// <summary>
    /// A sighting came after newer ones of the same item, and other moves follow than were counted. Facts are only ever added
    /// to, so a move that was none is answered by its reverse.
    /// </summary>
    /// <param name="key">Site and GTIN-14.</param>
    /// <param name="e">The sighting.</param>
    /// <param name="moves">Moves to undo and to add.</param>
    /// <param name="recordAt">When the sighting reached Kafka, Unix milliseconds.</param>
    public void Correct(LevelKey key, TagEvent e, IReadOnlyList<(ItemMove Move, bool IsUndone)> moves, long recordAt)
    {
        var level = LevelOf(key);
        var before = level.OnHand;
        var reason = $"a sighting of {Timestamp.Format(e.ObservedAt)} came late";
        foreach (var (move, isUndone) in moves)
        {
            var kind = move.Arrives != isUndone ? MovementKind.Received : MovementKind.Shipped;
            Keep(level, new StoredMovement(move.At, kind, 1, isUndone ? move.Id + "/undone" : move.Id, Reference: e.Epc, By: e.Device, Reason: reason));
        }

        waiting.Add(new WaitingRow(e.Gateway, e.Store, e.Seq, key.Site, key.Sku, level.OnHand - before, e.ObservedAt.ToUnixTimeMilliseconds(), recordAt));
    }

    /// <summary>Judges what tags did, as far as their turn has come.</summary>
    public void JudgeWaiting(Func<string, string, long> contiguous, long overdue) => waiting.Release(contiguous, overdue, change =>
    {
        var level = LevelOf(new LevelKey(change.Site, change.Sku));
        level.Judged += change.Change;
        levels.Change(level);
        lowStock.Judge(level, change.At, change.RecordAt);
    });

    /// <summary>Writes what changed; the new levels go to their topic.</summary>
    public void Save(IStoreTransaction transaction)
    {
        if (!outbox.IsQuiet)
        {
            Publish();
        }

        transaction.Append(MovementRow.Table, chunks);
        transaction.Append(MovementRow.Table, facts.All.Select(entry => chain.Add(entry.Key, entry.Value.FromAt, entry.Value.Bytes)).ToList());
        levels.Save(transaction);
        foreach (var partition in partitions.Values)
        {
            partition.Save(transaction);
        }

        waiting.Save(transaction);
        transaction.Save(VarianceRow.Table, histories.Variances());
        transaction.Save(TransferRow.Table, transfers);
        EndBatch();
    }

    private void Publish()
    {
        foreach (var level in levels.Changed)
        {
            json.ResetWrittenCount();
            var value = new InventoryLevel(level.Site, level.Sku, level.OnHand, level.Reservations.Total, DateTimeOffset.FromUnixTimeMilliseconds(level.UpdatedAt));
            value.Write(json);
            outbox.Add(Topics.Levels, Encoding.UTF8.GetBytes(level.Series), json.WrittenSpan);
        }
    }

    public void Trim()
    {
        levels.Trim();
        waiting.Trim();
    }

    /// <summary>Forgets what belongs to partitions: another instance may have them.</summary>
    public void ForgetPartitions()
    {
        partitions.Clear();
        lastStock = null;
    }

    /// <summary>Forgets the rows, also what was not saved.</summary>
    public void Clear()
    {
        levels.Clear();
        waiting.Clear();
        chain.Forget();
        EndBatch();
    }

    private void EndBatch()
    {
        histories.Clear();
        transfers.Clear();
        moved.Clear();
        chunks.Clear();
        facts.Clear();
    }

    private PartitionStock StockOf(int number)
    {
        if (lastStock is null || lastPartition != number)
        {
            (lastStock, lastPartition) = (partitions[number], number);
        }

        return lastStock;
    }

    private LevelRow LevelOf(LevelKey key) => levels.Find(key) ?? levels.Add(new LevelRow(key.Site, key.Sku));

    private void Apply(MovementBatch batch, in Movement movement)
    {
        var partition = StockOf(movement.Partition.Number);
        partition.Add(movement);
        if (partition.HasExpired)
        {
            Expire(partition, movement.RecordAt);
        }

        var level = moved[movement.Article] ??= LevelOf(batch.Articles[movement.Article]);
        level.Partition = movement.Partition.Number;
        var fact = NeedsAll(movement, level) ? batch.Read(movement) : new StoredMovement(movement.At, movement.Kind, movement.Quantity, "");
        switch (movement.Kind)
        {
            case MovementKind.Reserved:
                if (fact.ExpiresAt is null || fact.ExpiresAt > partition.EventTime)
                {
                    level.Reservations.Reserve(fact.Reference ?? "", fact.Quantity, fact.ExpiresAt);
                    partition.Watch(level);
                }

                break;
            case MovementKind.Released:
                level.Reservations.Release(fact.Reference ?? "", fact.Quantity, fact.At);
                partition.Watch(level);
                break;
            case MovementKind.Shipped when fact.Reference is { } reference:
                level.Reservations.Fulfil(reference, fact.Quantity);
                break;
            case MovementKind.Transferred:
                transfers.Add(new TransferRow(fact.ToSite!, level.Sku, fact.Id, level.Site, fact.Quantity, fact.Reference, fact.At));
                break;
        }

        var before = level.OnHand;
        Record(level, fact);
        level.Judged += level.OnHand - before;
        lowStock.Judge(level, fact.At, movement.RecordAt);
    }

    // Goods that come and go, as nearly all do, need no text: nothing asks for their id or what they were for.
    private bool NeedsAll(in Movement movement, LevelRow level) => !histories.IsEmpty || movement.Kind switch
    {
        MovementKind.Received or MovementKind.Returned or MovementKind.Damaged => false,
        MovementKind.Shipped => !level.Reservations.IsEmpty,
        _ => true,
    };

    private void Keep(LevelRow level, in StoredMovement fact)
    {
        MovementSeries.Write(facts.Open(level).Start(fact.At), fact);
        Record(level, fact);
    }

    private void Record(LevelRow level, in StoredMovement fact)
    {
        if (fact.Change is { } change)
        {
            Change(level, fact, change);
        }
        else
        {
            Count(level, fact);
        }

        histories.Add(level, fact);
        level.UpdatedAt = Math.Max(level.UpdatedAt, fact.At);
        levels.Change(level);
    }

    private void Change(LevelRow level, in StoredMovement fact, long change)
    {
        if (change == 0)
        {
            return;
        }

        if (fact.At > level.CountedAt)
        {
            level.OnHand += change;
        }

        level.MovedAt = Math.Max(level.MovedAt, fact.At);
    }

    private void Count(LevelRow level, in StoredMovement fact)
    {
        if (fact.At > level.CountedAt || (fact.At == level.CountedAt && string.CompareOrdinal(fact.Id, level.CountId) > 0))
        {
            level.OnHand = fact.Quantity + (fact.At < level.MovedAt ? histories.MovedAfter(level, fact.At) : 0);
            (level.CountedAt, level.CountId) = (fact.At, fact.Id);
        }
    }

    private void Expire(PartitionStock partition, long recordAt)
    {
        while (partition.NextExpired() is { } key)
        {
            if (levels.Find(key) is { } level && level.Reservations.NextExpiry is { } expiry && expiry <= partition.EventTime)
            {
                level.Reservations.Expire(partition.EventTime);
                level.UpdatedAt = Math.Max(level.UpdatedAt, expiry);
                levels.Change(level);
                lowStock.Judge(level, expiry, recordAt);
                partition.Watch(level);
            }
        }
    }

    private PartitionStock LoadStock(IStoreTransaction transaction, int number)
    {
        if (partitions.TryGetValue(number, out var known))
        {
            return known;
        }

        var partition = PartitionStock.Load(transaction, number);
        partitions.Add(number, partition);
        return partition;
    }
}
