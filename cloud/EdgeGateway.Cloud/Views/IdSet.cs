using System.Buffers.Binary;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Hashes of ids and the day of each, in little more than seven bytes an id. 60 bits of a hash decide: its highest bits say
/// which table it is in, 48 more are kept there, in ascending order and without gaps.
/// </summary>
public sealed class IdSet
{
    /// <summary>Each small enough for the processor's cache.</summary>
    public const int Tables = 1 << TableBits;

    private const int TableBits = 12;
    private const int HashBits = 48;
    private const int DayBits = 8;
    private const int EntryBytes = (HashBits + DayBits) / 8;
    private const ulong EntryMask = (1UL << (HashBits + DayBits)) - 1;
    private const int FirstEntries = 8;

    // An entry is read with the byte behind it, so there is always one more.
    private readonly byte[]?[] tables = new byte[Tables][];
    private readonly int[] counts = new int[Tables];
    private readonly int windowDays;
    private int today;

    /// <param name="windowDays">How far apart two days may be for a hash to be the same id.</param>
    public IdSet(int windowDays) => this.windowDays = windowDays;

    /// <summary>Which table a hash is looked for in.</summary>
    public static int TableOf(ulong hash) => (int)(hash >> (64 - TableBits));

    /// <summary>False when it is in the set with a day within the window; else it is from now on, with this day.</summary>
    /// <param name="hash">Of an id.</param>
    /// <param name="day">Its day, since 1970; kept modulo 256.</param>
    public bool Add(ulong hash, int day)
    {
        var number = TableOf(hash);
        var table = tables[number] ??= new byte[BytesOf(FirstEntries)];
        var entry = ((hash << TableBits) >> (64 - HashBits) << DayBits) | (byte)day;
        var at = Find(table, counts[number], entry);
        if (at < counts[number] && Read(table, at) is var taken && taken >> DayBits == entry >> DayBits)
        {
            if (Math.Abs(DaysBetween((int)entry, (int)taken)) <= windowDays)
            {
                return false;
            }

            Write(table, at, entry);
            return true;
        }

        if (BytesOf(counts[number] + 1) > table.Length)
        {
            Array.Resize(ref table, BytesOf(counts[number] + (counts[number] / 8) + FirstEntries));
            tables[number] = table;
        }

        Buffer.BlockCopy(table, at * EntryBytes, table, (at + 1) * EntryBytes, (counts[number]++ - at) * EntryBytes);
        Write(table, at, entry);
        return true;
    }

    /// <summary>Forgets what is older than the window.</summary>
    /// <param name="now">Day, since 1970; an earlier one than the last time forgets nothing.</param>
    public void Forget(int now)
    {
        if (now <= today)
        {
            return;
        }

        today = now;
        for (var number = 0; number < Tables; number++)
        {
            counts[number] = tables[number] is { } table ? Sweep(table, counts[number]) : 0;
        }
    }

    // Index of the first entry that is not below this hash. Hashes are spread evenly, so it is close to where its value says.
    private static int Find(byte[] table, int count, ulong entry)
    {
        var hash = entry >> DayBits;
        var at = (int)((hash * (ulong)count) >> HashBits);
        while (at > 0 && Read(table, at - 1) >> DayBits >= hash)
        {
            at--;
        }

        while (at < count && Read(table, at) >> DayBits < hash)
        {
            at++;
        }

        return at;
    }

    private int Sweep(byte[] table, int count)
    {
        var live = 0;
        for (var i = 0; i < count; i++)
        {
            var entry = Read(table, i);
            if (DaysBetween(today, (int)entry) <= windowDays)
            {
                Write(table, live++, entry);
            }
        }

        return live;
    }

    private static int BytesOf(int entries) => (entries * EntryBytes) + sizeof(ulong) - EntryBytes;

    private static ulong Read(byte[] table, int index) => BinaryPrimitives.ReadUInt64LittleEndian(table.AsSpan(index * EntryBytes)) & EntryMask;

    private static void Write(byte[] table, int index, ulong entry)
    {
        var to = table.AsSpan(index * EntryBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(to, entry | ((ulong)to[EntryBytes] << (HashBits + DayBits)));
    }

    // From the earlier to the later, negative the other way, by their lowest bits.
    private static int DaysBetween(int later, int earlier) => (sbyte)(later - earlier);
}
