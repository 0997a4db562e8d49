using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// The ids of one partition's movements of the last seven days of event time (to a day), so that the same fact does not
/// count twice. Stored in twelve bytes each, a 64-bit hash of site, sku and id and the minute it occurred; in memory in
/// seven, of which 60 bits of the hash decide. With ten million ids a week a false duplicate is to be expected once in a
/// thousand years; the ids themselves would take ten times the memory.
/// </summary>
public sealed class MovementIds
{
    private const int WindowDays = 7;
    private const int MinutesADay = 24 * 60;
    private const int EntryBytes = sizeof(ulong) + sizeof(int);

    // Small enough not to be a large object to the garbage collector, which collects those rarely.
    private const int RowBytes = 6_000 * EntryBytes;

    private readonly ChunkBuffer added = new(EntryBytes * 1024);
    private readonly IdSet ids = new(WindowDays);
    private int newest;

    /// <summary>Newest event time of the partition, Unix milliseconds: what lets reservations lapse.</summary>
    public long EventTime { get; set; } = long.MinValue;

    public static MovementIds Load(IStoreTransaction transaction, int partition)
    {
        var ids = new MovementIds();
        var chunks = transaction.Command("SELECT ids, event_at, to_at FROM movement_ids WHERE part = @part ORDER BY id").With("part", (long)partition)
            .Rows(row => (Ids: row.GetFieldValue<byte[]>(0), EventTime: row.GetInt64(1), Newest: (int)row.GetInt64(2)));
        foreach (var (chunk, eventTime, newest) in chunks)
        {
            ids.EventTime = eventTime;
            for (var at = 0; at < chunk.Length; at += EntryBytes)
            {
                ids.Put(BitConverter.ToUInt64(chunk, at), BitConverter.ToInt32(chunk, at + sizeof(ulong)), newest);
            }
        }

        return ids;
    }

    /// <summary>False when this movement, within seven days of it, is known already.</summary>
    /// <param name="hash">Of its site, sku and id.</param>
    /// <param name="minute">When it occurred, minutes since 1970.</param>
    /// <param name="clock">Where it says that the partition's time has got to, in the same unit.</param>
    public bool TryAdd(ulong hash, int minute, int clock)
    {
        if (!Put(hash, minute, clock))
        {
            return false;
        }

        added.Write((long)hash);
        added.Write(minute);
        return true;
    }

    /// <summary>
    /// Forgets what is past remembering. Between batches only: a batch may span weeks, and is not gone through in its order.
    /// </summary>
    public void Forget() => ids.Forget(newest / MinutesADay);

    /// <summary>Writes what was added since the last time, and deletes what is past remembering.</summary>
    public void Save(IStoreTransaction transaction, int partition)
    {
        if (added.Length == 0)
        {
            return;
        }

        var rows = new List<IdRow>();
        for (var at = 0; at < added.Length; at += RowBytes)
        {
            rows.Add(new IdRow(partition, newest, EventTime, added.Memory.Slice(at, Math.Min(RowBytes, added.Length - at))));
        }

        transaction.Append(IdRow.Table, rows);
        transaction.Command("DELETE FROM movement_ids WHERE part = @part AND to_at < @at")
            .With("part", (long)partition).With("at", (long)newest - (WindowDays * MinutesADay)).Run();
        added.Clear();
    }

    private bool Put(ulong hash, int minute, int clock)
    {
        newest = Math.Max(newest, clock);
        return ids.Add(hash, minute / MinutesADay);
    }

    private sealed record IdRow(int Partition, int NewestMinute, long EventTime, ReadOnlyMemory<byte> Ids)
    {
        public static readonly Table<int, IdRow> Table = new(
            "movement_ids", ["part", "to_at", "event_at", "ids"], 1,
            (key, to) => to.Integer(key),
            (row, to) =>
            {
                to.Integer(row.Partition);
                to.Integer(row.NewestMinute);
                to.Integer(row.EventTime);
                to.Bytes(row.Ids);
            },
            from => new IdRow((int)from.Integer(), (int)from.Integer(), from.Integer(), from.Bytes()));
    }
}
