using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// The ids of one partition's movements of the last seven days of event time, so that the same fact does not count twice.
/// Twelve bytes an id: a 64-bit hash of site, sku and id, and the minute it occurred. With ten million ids a false
/// duplicate is to be expected once in two million weeks; the ids themselves would take ten times the memory.
/// </summary>
public sealed class MovementIds
{
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    private const int EntryBytes = sizeof(ulong) + sizeof(int);
    private const int WindowMinutes = 7 * 24 * 60;

    private readonly MemoryStream added = new();
    private readonly BinaryWriter writer;
    private ulong[] hashes = new ulong[1024];
    private int[] minutes = new int[1024];
    private int count;
    private int newest;

    public MovementIds() => writer = new BinaryWriter(added);

    public int Count => count;

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
                ids.TryAdd(BitConverter.ToUInt64(chunk, at), BitConverter.ToInt32(chunk, at + sizeof(ulong)));
            }
        }

        return ids;
    }

    /// <summary>False when this movement, within seven days of it, is known already.</summary>
    public bool TryAdd(in Movement movement)
    {
        var minute = (int)(movement.At / 60_000);
        if (!TryAdd(movement.Hash, minute))
        {
            return false;
        }

        writer.Write(movement.Hash);
        writer.Write(minute);
        return true;
    }

    /// <summary>Writes what was added since the last time, and deletes what is past remembering.</summary>
    public void Save(IStoreTransaction transaction, int partition)
    {
        if (added.Length == 0)
        {
            return;
        }

        transaction.Append(IdRow.Table, [new IdRow(partition, newest, EventTime, added.ToArray())]);
        transaction.Command("DELETE FROM movement_ids WHERE part = @part AND to_at < @at")
            .With("part", (long)partition).With("at", (long)newest - WindowMinutes).Run();
        added.SetLength(0);
    }

    private bool TryAdd(ulong hash, int minute)
    {
        if (count >= hashes.Length / 4 * 3)
        {
            Rebuild();
        }

        // 0 marks a free slot.
        hash |= 1;
        var slot = SlotOf(hash, hashes.Length);
        while (hashes[slot] != 0)
        {
            if (hashes[slot] == hash)
            {
                if (Math.Abs(minutes[slot] - minute) <= WindowMinutes)
                {
                    return false;
                }

                minutes[slot] = minute;
                newest = Math.Max(newest, minute);
                return true;
            }

            slot = slot + 1 == hashes.Length ? 0 : slot + 1;
        }

        (hashes[slot], minutes[slot]) = (hash, minute);
        count++;
        newest = Math.Max(newest, minute);
        return true;
    }

    // Leaves out what is past remembering, and grows when that was not enough.
    private void Rebuild()
    {
        var (oldHashes, oldMinutes) = (hashes, minutes);
        var live = 0;
        for (var i = 0; i < oldHashes.Length; i++)
        {
            live += oldHashes[i] != 0 && oldMinutes[i] >= newest - WindowMinutes ? 1 : 0;
        }

        var size = live > oldHashes.Length / 2 ? oldHashes.Length / 2 * 3 : oldHashes.Length;
        (hashes, minutes, count) = (new ulong[size], new int[size], live);
        for (var i = 0; i < oldHashes.Length; i++)
        {
            if (oldHashes[i] != 0 && oldMinutes[i] >= newest - WindowMinutes)
            {
                var slot = SlotOf(oldHashes[i], size);
                while (hashes[slot] != 0)
                {
                    slot = slot + 1 == size ? 0 : slot + 1;
                }

                (hashes[slot], minutes[slot]) = (oldHashes[i], oldMinutes[i]);
            }
        }
    }

    private static int SlotOf(ulong hash, int size) => (int)Math.BigMul(hash, (ulong)size, out _);

    private sealed record IdRow(int Partition, int NewestMinute, long EventTime, byte[] Ids)
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
