using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// The ids of one partition's movements of the last seven days of event time (to four hours), so that the same fact does not
/// count twice. Stored in twelve bytes each, a 64-bit hash of site, sku and id and the minute it occurred; in memory in
/// eight, of which 60 bits of the hash decide. With ten million ids a week a false duplicate is to be expected once in a
/// thousand years; the ids themselves would take ten times the memory.
/// </summary>
public sealed class MovementIds
{
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    /// <summary>Each small enough for the processor's cache.</summary>
    public const int Tables = 256;

    private const int EntryBytes = sizeof(ulong) + sizeof(int);
    private const int WindowMinutes = 7 * 24 * 60;

    // An entry is 52 bits of hash and, modulo two years, the four hours it occurred in.
    private const int TimeBits = 12;
    private const int MinutesATime = 4 * 60;
    private const int WindowTimes = (WindowMinutes / MinutesATime) + 1;

    // Small enough not to be a large object to the garbage collector, which collects those rarely; so are the tables.
    private const int RowBytes = 6_000 * EntryBytes;
    private const int FirstEntries = 16;

    private readonly ChunkBuffer added = new(EntryBytes * 1024);
    private readonly ulong[]?[] tables = new ulong[Tables][];
    private readonly int[] counts = new int[Tables];
    private int newest;

    /// <summary>Newest event time of the partition, Unix milliseconds: what lets reservations lapse.</summary>
    public long EventTime { get; set; } = long.MinValue;

    public static MovementIds Load(IStoreTransaction transaction, int partition)
    {
        var ids = new MovementIds();
        var chunks = transaction.Command("SELECT ids, event_at FROM movement_ids WHERE part = @part ORDER BY id").With("part", (long)partition)
            .Rows(row => (Ids: row.GetFieldValue<byte[]>(0), EventTime: row.GetInt64(1)));
        foreach (var (chunk, eventTime) in chunks)
        {
            ids.EventTime = eventTime;
            for (var at = 0; at < chunk.Length; at += EntryBytes)
            {
                ids.Put(BitConverter.ToUInt64(chunk, at), BitConverter.ToInt32(chunk, at + sizeof(ulong)));
            }
        }

        return ids;
    }

    /// <summary>False when this movement, within seven days of it, is known already.</summary>
    /// <param name="hash">Of its site, sku and id.</param>
    /// <param name="minute">When it occurred, minutes since 1970.</param>
    public bool TryAdd(ulong hash, int minute)
    {
        if (!Put(hash, minute))
        {
            return false;
        }

        added.Write((long)hash);
        added.Write(minute);
        return true;
    }

    /// <summary>Which of its tables an id is looked for in.</summary>
    public static int TableOf(ulong hash) => (int)(hash >> 56);

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
            .With("part", (long)partition).With("at", (long)newest - WindowMinutes).Run();
        added.Clear();
    }

    private bool Put(ulong hash, int minute)
    {
        newest = Math.Max(newest, minute);
        var number = TableOf(hash);
        var table = tables[number] ??= new ulong[FirstEntries];
        if (counts[number] >= table.Length / 4 * 3)
        {
            table = MakeRoom(number, table);
        }

        // 0 marks a free slot.
        var entry = ((hash | 1) << TimeBits) | TimeOf(minute);
        var slot = SlotOf(entry, table.Length);
        while (table[slot] is var taken and not 0)
        {
            if (taken >> TimeBits == entry >> TimeBits)
            {
                if (Math.Abs(TimesBetween(entry, taken)) <= WindowTimes)
                {
                    return false;
                }

                table[slot] = entry;
                return true;
            }

            slot = slot + 1 == table.Length ? 0 : slot + 1;
        }

        table[slot] = entry;
        counts[number]++;
        return true;
    }

    // Leaves out what is past remembering, and grows when that was not enough.
    private ulong[] MakeRoom(int number, ulong[] table)
    {
        var now = TimeOf(newest);
        var live = 0;
        foreach (var entry in table)
        {
            live += IsLive(entry, now) ? 1 : 0;
        }

        var roomier = new ulong[live > table.Length * 5 / 8 ? table.Length / 4 * 5 : table.Length];
        foreach (var entry in table)
        {
            if (IsLive(entry, now))
            {
                var slot = SlotOf(entry, roomier.Length);
                while (roomier[slot] != 0)
                {
                    slot = slot + 1 == roomier.Length ? 0 : slot + 1;
                }

                roomier[slot] = entry;
            }
        }

        counts[number] = live;
        return tables[number] = roomier;
    }

    private static bool IsLive(ulong entry, ulong now) => entry != 0 && TimesBetween(now, entry) <= WindowTimes;

    private static int SlotOf(ulong entry, int size) => (int)Math.BigMul(entry, (ulong)size, out _);

    private static ulong TimeOf(int minute) => (ulong)(minute / MinutesATime) & ((1 << TimeBits) - 1);

    // From the earlier to the later, negative the other way, by their lowest bits.
    private static int TimesBetween(ulong later, ulong earlier) => ((int)(later - earlier) << (32 - TimeBits)) >> (32 - TimeBits);

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
