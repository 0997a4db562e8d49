using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>
/// Copies what can still be read of a damaged buffer into a new file. Events keep their store and number, because
/// they may have been sent already; ranges that cannot be read become ledger entries, numbered in a new store as
/// everything after them. The damaged file is only read.
/// </summary>
internal sealed class Salvage
{
    /// <summary>Seeks into a stretch that cannot be walked through.</summary>
    private const int Probes = 4096;

    /// <summary>Chunks that one transaction of the new file copies.</summary>
    private const int ChunksATransaction = 256;

    private readonly Database source;
    private readonly Database target;
    private readonly Statement insert;
    private readonly Statement isKnown;
    private readonly HashSet<int> devices = [];
    private readonly HashSet<int> epochs = [];
    private int uncommitted;

    private Salvage(Database source, Database target)
    {
        (this.source, this.target) = (source, target);
        insert = target.Prepare("INSERT INTO chunk VALUES(?, ?, ?, ?, ?, ?)");
        isKnown = target.Prepare("SELECT 1 FROM chunk WHERE first = ?");
    }

    /// <summary>
    /// Writes a new file for the damaged one at another path. Positions up to <paramref name="knownLast"/> are known
    /// to have been given out.
    /// </summary>
    /// <exception cref="DatabaseException">The new file cannot be written.</exception>
    public static SalvageReport Run(BufferOptions options, string to, long knownLast, Moment now)
    {
        File.Delete(to);
        List<Gap> gaps;
        using (var source = new Database(options.Path))
        using (var target = new Database(to))
        {
            source.KeepLogOnClose();
            Schema.Create(target, options.Gateway);
            gaps = new Salvage(source, target).Copy(knownLast);
        }

        using var file = new BufferFile(options with { Path = to }, new SpaceLimits(options).MaxPages);
        var report = new SalvageReport(file.Rows, gaps.Sum(gap => gap.To - gap.From + 1), gaps.Count);
        if (gaps.Count > 0)
        {
            file.Append([Ledger(gaps, now)]);
        }

        return report;
    }

    /// <summary>A range of positions, cut where another store begins.</summary>
    public static List<Gap> Gaps(IReadOnlyList<StoreRange> stores, long from, long to)
    {
        var gaps = new List<Gap>();
        while (from <= to)
        {
            var store = stores.Of(from);
            var following = stores.FirstOrDefault(s => s.First > from, new StoreRange(to + 1, "", 1));
            var end = Math.Min(to, following.First - 1);
            gaps.Add(new Gap(from, end, store));
            from = end + 1;
        }

        return gaps;
    }

    /// <summary>Ledger entries for a new store about ranges of older ones.</summary>
    public static EventBatch Ledger(List<Gap> gaps, Moment now)
    {
        var batch = new EventBatch();
        foreach (var gap in gaps)
        {
            var entry = new LedgerEvent
            {
                Device = "buffer",
                ObservedAt = now.Wall,
                Clock = now.Clock,
                Kind = "corrupt",
                FromSeq = gap.Store.SeqOf(gap.From),
                ToSeq = gap.Store.SeqOf(gap.To),
                LostFamily = "any",
                Count = gap.To - gap.From + 1,
                Reason = "the buffer file was damaged here",
                LostStore = gap.Store.Store is { Length: > 0 } lost ? lost : null,
            };
            batch.Add(entry, Importance.Evidence, now.OffsetMs);
        }

        return batch;
    }

    private List<Gap> Copy(long knownLast)
    {
        target.Execute("BEGIN");
        var low = Walk("SELECT first FROM chunk WHERE first > ? ORDER BY first LIMIT 1", 0);
        var high = Walk("SELECT first FROM chunk WHERE first < ? ORDER BY first DESC LIMIT 1", long.MaxValue);
        var step = Math.Max(1, (high - low) / Probes);
        for (var position = low + step; high != long.MaxValue && position < high; position += step)
        {
            Walk("SELECT first FROM chunk WHERE first > ? ORDER BY first LIMIT 1", position);
        }

        CopyNames();
        CopyRejected();
        CopyNotes();
        var stores = CopyStores(knownLast, out var acknowledged, out var last);
        var gaps = Missing(stores, acknowledged, last);
        target.Execute("COMMIT");
        return gaps;
    }

    /// <summary>Copies chunks from one to the next until the end, the damage, or one that was copied before. Returns where it got to.</summary>
    private long Walk(string next, long from)
    {
        while (Next(next, from) is { } first && !IsKnown(first))
        {
            from = first;
            if (ReadChunk(first) is { } chunk)
            {
                Insert(chunk);
            }
        }

        return from;
    }

    private long? Next(string sql, long from) => Try<long?>(() =>
    {
        using var select = source.Prepare(sql);
        return select.Bind(1, from).Step() ? select.Int64(0) : null;
    });

    private Chunk? ReadChunk(long first) => Try(() =>
    {
        using var select = source.Prepare("SELECT last, count, least, crc, data FROM chunk WHERE first = ?");
        if (!select.Bind(1, first).Step())
        {
            return null;
        }

        var chunk = new Chunk(
            first, select.Int64(0), select.Int64(1), select.Int64(2), select.Int64(3), select.Blob(4).ToArray());
        for (var decoder = ChunkDecoder.Checked(first, chunk.Last, chunk.Crc, chunk.Data); decoder.Next();)
        {
            devices.Add(decoder.Row.Device);
            epochs.Add(decoder.Row.Epoch);
        }

        return chunk;
    });

    private bool IsKnown(long first)
    {
        var known = isKnown.Bind(1, first).Step();
        isKnown.Reset();
        return known;
    }

    private void Insert(Chunk chunk)
    {
        insert.Bind(1, chunk.First).Bind(2, chunk.Last).Bind(3, chunk.Count).Bind(4, chunk.Least).Bind(5, chunk.Crc)
            .Bind(6, chunk.Data).Run();
        if (++uncommitted >= ChunksATransaction)
        {
            uncommitted = 0;
            target.Execute("COMMIT; BEGIN");
        }
    }

    /// <summary>A device or an epoch that cannot be read any more is replaced by one that says so: the readings are still worth having.</summary>
    private void CopyNames()
    {
        using (var insertDevice = target.Prepare("INSERT INTO device VALUES(?, ?)"))
        {
            foreach (var (id, name) in Rows("SELECT id, name FROM device", row => (row.Int64(0), row.Text(1))))
            {
                devices.Remove((int)id);
                insertDevice.Bind(1, id).Bind(2, name).Run();
            }

            foreach (var id in devices)
            {
                insertDevice.Bind(1, id).Bind(2, $"unknown-{id}").Run();
            }
        }

        using var insertEpoch = target.Prepare("INSERT INTO epoch VALUES(?, ?, ?, ?)");
        foreach (var epoch in Rows(
            "SELECT id, boot, offset_ms, clock FROM epoch",
            row => new Epoch((int)row.Int64(0), row.Text(1), row.Int64(2), (ClockQuality)row.Int64(3))))
        {
            epochs.Remove(epoch.Id);
            insertEpoch.Bind(1, epoch.Id).Bind(2, epoch.Boot).Bind(3, epoch.OffsetMs).Bind(4, (long)epoch.Clock).Run();
        }

        foreach (var id in epochs)
        {
            insertEpoch.Bind(1, id).Bind(2, "unknown").Bind(3, 0).Bind(4, (long)ClockQuality.Unsynced).Run();
        }
    }

    private void CopyRejected()
    {
        var rejected = Rows(RejectedEvent.Select, RejectedEvent.Read);
        if (rejected.Count > 0)
        {
            target.Execute(Schema.RejectedTable);
        }

        foreach (var e in rejected)
        {
            e.AddTo(target);
        }
    }

    private void CopyNotes()
    {
        var notes = Rows("SELECT key, value FROM note", row => (Key: row.Text(0), Value: row.Text(1)));
        if (notes.Count == 0)
        {
            return;
        }

        target.Execute(Schema.NoteTable);
        using var keep = target.Prepare("INSERT INTO note VALUES(?, ?)");
        foreach (var (key, value) in notes)
        {
            keep.Bind(1, key).Bind(2, value).Run();
        }
    }

    private List<StoreRange> CopyStores(long knownLast, out long acknowledged, out long last)
    {
        var meta = Rows("SELECT acknowledged, last FROM meta", row => (Acknowledged: row.Int64(0), Last: row.Int64(1)));
        var newest = target.Scalar("SELECT max(last) FROM chunk") ?? 0;
        acknowledged = meta is [var known] ? known.Acknowledged : (target.Scalar("SELECT min(first) FROM chunk") ?? knownLast + 1) - 1;
        last = Math.Max(Math.Max(knownLast, newest), meta is [var found] ? found.Last : 0);

        var stores = Rows("SELECT first, id, first_seq FROM store ORDER BY first", row => new StoreRange(row.Int64(0), row.Text(1), row.Int64(2)));
        if (stores.Count > 0)
        {
            target.Execute($"UPDATE store SET first = {last + 1}");
            foreach (var store in stores)
            {
                Schema.AddStore(target, store.Store, store.First, store.FirstSeq);
            }
        }

        var first = target.Scalar("SELECT min(first) FROM chunk") ?? last + 1;
        var rows = target.Scalar("SELECT sum(count) FROM chunk") ?? 0;
        target.Execute($"UPDATE meta SET acknowledged = {acknowledged}, last = {last}, holes = {last - first + 1 - rows}");
        return stores;
    }

    /// <summary>What lies between the chunks: damaged, or given up earlier and in the ledger already.</summary>
    private List<Gap> Missing(List<StoreRange> stores, long acknowledged, long last)
    {
        var gaps = new List<Gap>();
        using var select = target.Prepare("SELECT first, last FROM chunk WHERE last > ? ORDER BY first");
        select.Bind(1, acknowledged);
        var next = acknowledged + 1;
        while (select.Step())
        {
            AddGap(gaps, stores, next, select.Int64(0) - 1);
            next = select.Int64(1) + 1;
        }

        AddGap(gaps, stores, next, last);
        return gaps;
    }

    private static void AddGap(List<Gap> gaps, List<StoreRange> stores, long from, long to)
    {
        // Without the table of stores, everything that is left is numbered in the new one.
        gaps.AddRange(stores.Count > 0 ? Gaps(stores, from, to) : from <= to ? [new Gap(from, to, new StoreRange(1, "", 1))] : []);
    }

    private List<T> Rows<T>(string sql, Func<Statement, T> row)
    {
        var rows = new List<T>();
        Try<object>(() =>
        {
            using var select = source.Prepare(sql);
            while (select.Step())
            {
                rows.Add(row(select));
            }

            return null;
        });
        return rows;
    }

    /// <summary>What the damage lets through; the rest is found missing afterwards.</summary>
    private static T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (Exception damage) when (damage is DatabaseException or InvalidDataException)
        {
            return default;
        }
    }

    private sealed record Chunk(long First, long Last, long Count, long Least, long Crc, byte[] Data);

    internal sealed record Gap(long From, long To, StoreRange Store);
}
