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
    /// <summary>For how long an id is known, in event time.</summary>
    public const int WindowMinutes = WindowDays * MinutesADay;

    private const int WindowDays = 7;
    private const int MinutesADay = 24 * 60;

    private readonly IdSet ids = new(WindowDays);
    private int newest;

    public static MovementIds Load(IStoreTransaction transaction, int partition)
    {
        var ids = new MovementIds();
        var rows = transaction.Command("SELECT ids, to_at FROM movement_ids WHERE part = @part ORDER BY id").With("part", (long)partition)
            .Rows(row => (Ids: row.GetFieldValue<byte[]>(0), Newest: (int)row.GetInt64(1)));
        foreach (var (row, newest) in rows)
        {
            for (var at = 0; at < row.Length; at += MovementIdsRow.EntryBytes)
            {
                ids.TryAdd(BitConverter.ToUInt64(row, at), BitConverter.ToInt32(row, at + sizeof(ulong)), newest);
            }
        }

        // Some are still stored that were forgotten already.
        ids.Forget();
        return ids;
    }

    /// <summary>False when this movement, within seven days of it, is known already.</summary>
    /// <param name="hash">Of its site, sku and id.</param>
    /// <param name="minute">When it occurred, minutes since 1970.</param>
    /// <param name="clock">Where it says that the partition's time has got to, in the same unit.</param>
    public bool TryAdd(ulong hash, int minute, int clock)
    {
        if (!ids.Add(hash, minute / MinutesADay))
        {
            return false;
        }

        newest = Math.Max(newest, clock);
        return true;
    }

    /// <summary>
    /// Forgets what is past remembering. Between batches only: a batch may span weeks, and is not gone through in its order.
    /// </summary>
    public void Forget() => ids.Forget(newest / MinutesADay);
}
