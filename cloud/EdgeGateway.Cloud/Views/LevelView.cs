using System.Buffers;
using System.Globalization;
using System.Text;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Stock by site and article. On hand is the newest count and what was moved after it, in event time, so that facts may come
/// late and in any order; tags that arrive and leave are movements of one. Reservations lapse as event time goes on in their partition.
/// </summary>
public sealed class LevelView(LowStockSettings lowStock, AlertBook alerts, Outbox.Outbox outbox)
{
    /// <summary>A fact dated further ahead than this of when it was sent does not make reservations lapse.</summary>
    private const long MaxAheadMilliseconds = 24 * 60 * 60 * 1000;

    private readonly RowCache<LevelKey, LevelRow> levels = new(LevelRow.Table, row => row.Key);
    private readonly SeriesWriter facts = new(ChunkRow.Movements);
    private readonly Dictionary<int, PartitionStock> partitions = [];
    private readonly Dictionary<LevelKey, List<StoredMovement>> histories = [];
    private readonly Dictionary<(string, string, string), VarianceRow> variances = [];
    private readonly List<TransferRow> transfers = [];
    private readonly ArrayBufferWriter<byte> json = new(256);

    /// <summary>Movements that said again what was known, since the start.</summary>
    public long Duplicates { get; private set; }

    public IEnumerable<LevelKey> ChangedKeys => levels.Changed.Select(level => level.Key);

    public void Want(LevelKey key) => levels.Want(key);

    /// <summary>Loads what the batch needs, in one query a table.</summary>
    public void Load(IStoreTransaction transaction, Batch batch)
    {
        foreach (var movement in batch.Movements)
        {
            levels.Want(new LevelKey(movement.Value.Site, movement.Value.Sku));
            if (!partitions.ContainsKey(movement.Partition.Number))
            {
                LoadPartition(transaction, movement.Partition.Number);
            }
        }

        foreach (var partition in partitions.Values)
        {
            partition.WantExpiring(levels, batch);
        }

        levels.Load(transaction);
        LoadHistories(transaction, batch);
    }

    public void Apply(Received<InventoryMovement> received)
    {
        var movement = received.Value;
        var partition = partitions[received.Partition.Number];
        if (!partition.Ids.TryAdd(movement))
        {
            Duplicates++;
            return;
        }

        var at = movement.OccurredAt.ToUnixTimeMilliseconds();
        partition.EventTime = Math.Max(partition.EventTime, Math.Min(at, received.RecordAt + MaxAheadMilliseconds));
        Expire(partition, received.RecordAt);

        var level = LevelOf(new LevelKey(movement.Site, movement.Sku));
        level.Partition = received.Partition.Number;
        var fact = new StoredMovement(
            at, movement.Kind, movement.Quantity, movement.Id, movement.Reference, movement.ToSite, movement.By, movement.Reason, movement.Channel,
            movement.ExpiresAt?.ToUnixTimeMilliseconds());
        switch (movement.Kind)
        {
            case MovementKind.Reserved:
                if (fact.ExpiresAt is null || fact.ExpiresAt > partition.EventTime)
                {
                    level.Reservations.Reserve(movement.Reference ?? "", movement.Quantity, fact.ExpiresAt);
                    partition.Watch(level);
                }

                break;
            case MovementKind.Released:
                level.Reservations.Release(movement.Reference ?? "", movement.Quantity, at);
                partition.Watch(level);
                break;
            case MovementKind.Shipped when movement.Reference is { } reference:
                level.Reservations.Fulfil(reference, movement.Quantity);
                break;
            case MovementKind.Transferred:
                transfers.Add(new TransferRow(movement.ToSite!, movement.Sku, movement.Id, movement.Site, movement.Quantity, movement.Reference, at));
                break;
        }

        Add(level, fact, received.RecordAt);
    }

    /// <summary>A tagged item came or went: a movement of one.</summary>
    /// <param name="key">Site and GTIN-14.</param>
    /// <param name="e">The sighting.</param>
    /// <param name="arrives">False when it leaves.</param>
    /// <param name="recordAt">When the sighting reached Kafka, Unix milliseconds.</param>
    public void Move(LevelKey key, TagEvent e, bool arrives, long recordAt) => Add(
        LevelOf(key),
        new StoredMovement(
            e.ObservedAt.ToUnixTimeMilliseconds(), arrives ? MovementKind.Received : MovementKind.Shipped, 1,
            CloudEvent.EventId(e.Gateway, e.Store, e.Seq), Reference: e.Epc, By: e.Device),
        recordAt);

    /// <summary>Writes what changed; the new levels go to their topic.</summary>
    public void Save(IStoreTransaction transaction)
    {
        foreach (var level in levels.Changed)
        {
            json.ResetWrittenCount();
            var value = new InventoryLevel(level.Site, level.Sku, level.OnHand, level.Reservations.Total, DateTimeOffset.FromUnixTimeMilliseconds(level.UpdatedAt));
            value.Write(json);
            outbox.Add(Topics.Levels, Encoding.UTF8.GetBytes(value.Key), json.WrittenSpan);
        }

        levels.Save(transaction);
        facts.Save(transaction);
        foreach (var (number, partition) in partitions)
        {
            partition.Ids.Save(transaction, number);
        }

        transaction.Save(VarianceRow.Table, variances.Values);
        transaction.Save(TransferRow.Table, transfers);
        EndBatch();
    }

    public void Trim() => levels.Trim();

    /// <summary>Forgets the partitions' ids: they belong to whoever has the partition.</summary>
    public void ForgetPartitions() => partitions.Clear();

    /// <summary>Forgets the rows, also what was not saved.</summary>
    public void Clear()
    {
        levels.Clear();
        facts.Clear();
        EndBatch();
    }

    private void EndBatch()
    {
        histories.Clear();
        variances.Clear();
        transfers.Clear();
    }

    private LevelRow LevelOf(LevelKey key) => levels.Find(key) ?? levels.Add(new LevelRow(key.Site, key.Sku));

    private void Add(LevelRow level, in StoredMovement fact, long recordAt)
    {
        if (fact.Change is { } change)
        {
            Change(level, fact, change);
        }
        else
        {
            Count(level, fact);
        }

        MovementSeries.Write(facts.Entry(MovementSeries.KeyOf(level.Site, level.Sku), fact.At), fact);
        if (histories.Count > 0 && histories.TryGetValue(level.Key, out var history))
        {
            history.Add(fact);
        }

        level.UpdatedAt = Math.Max(level.UpdatedAt, fact.At);
        levels.Change(level);
        JudgeLowStock(level, fact.At, recordAt);
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
        else if (level.CountId is { } countId && variances.GetValueOrDefault((level.Site, level.Sku, countId)) is { } variance)
        {
            // It was there already when they counted; only what the count should have found is another number now.
            variances[(level.Site, level.Sku, countId)] = variance with { Expected = variance.Expected + change };
        }

        level.MovedAt = Math.Max(level.MovedAt, fact.At);
    }

    private void Count(LevelRow level, in StoredMovement fact)
    {
        var after = 0L;
        var expected = level.OnHand;
        if (fact.At < level.MovedAt || fact.At < level.CountedAt)
        {
            var history = histories[level.Key];
            expected = StoredMovement.OnHandAt(history, fact.At);
            var at = fact.At;
            after = history.Where(other => other.At > at && other.Change is not null).Sum(other => other.Change!.Value);
        }

        variances[(level.Site, level.Sku, fact.Id)] = new VarianceRow(level.Site, level.Sku, fact.Id, fact.At, fact.Quantity, expected, fact.By, fact.Reason);
        if (fact.At >= level.CountedAt)
        {
            level.OnHand = fact.Quantity + after;
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
                JudgeLowStock(level, expiry, recordAt);
                partition.Watch(level);
            }
        }
    }

    private void JudgeLowStock(LevelRow level, long at, long recordAt)
    {
        var threshold = lowStock.ThresholdOf(level.Sku);
        if (level.LowSince is null && level.Available < threshold)
        {
            level.LowSince = at;
            alerts.Open(LowStock(level, threshold, DateTimeOffset.FromUnixTimeMilliseconds(at), resolvedAt: null, recordAt));
        }
        else if (level.LowSince is { } since && level.Available >= lowStock.EnoughAgain(threshold))
        {
            level.LowSince = null;
            alerts.Resolve(LowStock(level, threshold, DateTimeOffset.FromUnixTimeMilliseconds(since), DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(since, at)), recordAt));
        }
    }

    private static Alert LowStock(LevelRow level, long threshold, DateTimeOffset openedAt, DateTimeOffset? resolvedAt, long recordAt)
    {
        var rule = string.Create(CultureInfo.InvariantCulture, $"below {threshold}");
        return new Alert
        {
            Id = Alert.IdOf(level.Site, level.Sku, "low-stock", rule, openedAt),
            Kind = "low-stock",
            Severity = Severities.Warning,
            State = resolvedAt is null ? "open" : "resolved",
            Site = level.Site,
            Sku = level.Sku,
            Rule = rule,
            OpenedAt = openedAt,
            DetectedAt = default,
            ResolvedAt = resolvedAt,
            Late = AlertBook.IsLate(openedAt, recordAt),
        };
    }

    private void LoadPartition(IStoreTransaction transaction, int number)
    {
        var partition = new PartitionStock(MovementIds.Load(transaction, number));
        partitions.Add(number, partition);
        var expiring = transaction.Command("SELECT site, sku, next_expiry FROM levels WHERE part = @part AND next_expiry IS NOT NULL")
            .With("part", (long)number)
            .Rows(row => (Key: new LevelKey(row.GetString(0), row.GetString(1)), Expiry: row.GetInt64(2)));
        foreach (var (key, expiry) in expiring)
        {
            partition.Watch(key, expiry);
        }
    }

    // A count that is older than what is known needs the facts after it. Counts are few and late ones fewer.
    private void LoadHistories(IStoreTransaction transaction, Batch batch)
    {
        HashSet<LevelKey>? keys = null;
        HashSet<(string, string, string)>? counts = null;
        foreach (var received in batch.Movements)
        {
            if (received.Value.Kind == MovementKind.Counted)
            {
                (keys ??= []).Add(new LevelKey(received.Value.Site, received.Value.Sku));
            }

            if (levels.Find(new LevelKey(received.Value.Site, received.Value.Sku)) is { CountId: { } count } level
                && received.Value.OccurredAt.ToUnixTimeMilliseconds() <= level.CountedAt)
            {
                (counts ??= []).Add((level.Site, level.Sku, count));
            }
        }

        foreach (var tag in batch.Tags)
        {
            if (tag.Value.Gtin is { } gtin && levels.Find(new LevelKey(tag.Value.Site, gtin)) is { CountId: { } count } level
                && tag.Value.ObservedAt.ToUnixTimeMilliseconds() <= level.CountedAt)
            {
                (counts ??= []).Add((level.Site, level.Sku, count));
            }
        }

        if (keys is not null)
        {
            foreach (var key in keys)
            {
                histories.Add(key, []);
            }

            transaction.Load(
                ChunkRow.Movements, keys.Select(key => MovementSeries.KeyOf(key.Site, key.Sku)).ToList(),
                row => histories[new LevelKey(row.Series[..row.Series.IndexOf('/', StringComparison.Ordinal)], row.Series[(row.Series.IndexOf('/', StringComparison.Ordinal) + 1)..])]
                    .AddRange(MovementSeries.Read(row.Chunk.ToArray())));
        }

        if (counts is not null)
        {
            transaction.Load(VarianceRow.Table, counts, row => variances[(row.Site, row.Sku, row.Movement)] = row);
        }
    }
}
