using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Store;

/// <summary>How much of an article a site has. Times are event times in Unix milliseconds.</summary>
public sealed class LevelRow(string site, string sku) : StoredRow
{
    public static readonly Table<LevelKey, LevelRow> Table = new(
        "levels",
        ["site", "sku", "part", "on_hand", "reserved", "updated_at", "counted_at", "moved_at", "judged", "low_since", "next_expiry", "count_id", "reservations", "newest_facts"],
        2,
        (key, to) =>
        {
            to.Text(key.Site);
            to.Text(key.Sku);
        },
        (row, to) =>
        {
            to.Text(row.Site);
            to.Text(row.Sku);
            to.Integer(row.Partition);
            to.Integer(row.OnHand);
            to.Integer(row.Reservations.Total);
            to.Integer(row.UpdatedAt);
            to.Integer(row.CountedAt);
            to.Integer(row.MovedAt);
            to.Integer(row.Judged);
            to.Integer(row.LowSince);
            to.Integer(row.Reservations.NextExpiry);
            to.Text(row.CountId);
            to.Bytes(row.Reservations.ToBytes());
            to.Integer(row.NewestFacts);
        },
        Read);

    public string Site => site;

    public string Sku => sku;

    public LevelKey Key => new(site, sku);

    /// <summary>Series of the facts behind it.</summary>
    public string Series { get; } = MovementSeries.KeyOf(site, sku);

    /// <summary>Partition of <c>inventory.movements</c> whose event time lets its reservations expire; -1 before the first movement.</summary>
    public int Partition { get; set; } = -1;

    public long OnHand { get; set; }

    public Reservations Reservations { get; private init; } = new();

    /// <summary>Units on hand as far as they are judged: without the tags that wait for their gateway's earlier numbers.</summary>
    public long Judged { get; set; }

    public long UpdatedAt { get; set; }

    /// <summary>Newest count; what happened up to then is in it. <see cref="long.MinValue"/> before the first.</summary>
    public long CountedAt { get; set; } = long.MinValue;

    /// <summary>Movement that counted.</summary>
    public string? CountId { get; set; }

    /// <summary>Newest change of <see cref="OnHand"/> other than a count.</summary>
    public long MovedAt { get; set; } = long.MinValue;

    /// <summary>Row of the newest of the facts behind it; null before the first.</summary>
    public long? NewestFacts { get; set; }

    /// <summary>Start of an open <c>low-stock</c> alert.</summary>
    public long? LowSince { get; set; }

    private static LevelRow Read(IRowReader from)
    {
        var (site, sku, partition, onHand) = (from.Text(), from.Text(), (int)from.Integer(), from.Integer());
        from.Integer();
        var (updatedAt, countedAt, movedAt, judged, lowSince) = (from.Integer(), from.Integer(), from.Integer(), from.Integer(), from.IntegerOrNull());
        from.IntegerOrNull();
        return new LevelRow(site, sku)
        {
            Partition = partition,
            OnHand = onHand,
            UpdatedAt = updatedAt,
            CountedAt = countedAt,
            MovedAt = movedAt,
            Judged = judged,
            LowSince = lowSince,
            CountId = from.TextOrNull(),
            Reservations = Reservations.FromBytes(from.Bytes()),
            NewestFacts = from.IntegerOrNull(),
        };
    }
}

/// <summary>What a level is kept for.</summary>
public readonly record struct LevelKey(string Site, string Sku);
