namespace EdgeGateway.Cloud.Store;

/// <summary>Ids of movements that one batch added to a partition: for each a 64-bit hash and the minute it occurred, since 1970.</summary>
/// <param name="Partition">Of <c>inventory.movements</c>.</param>
/// <param name="NewestMinute">Event time of the partition, minutes since 1970.</param>
/// <param name="EventTime">The same, Unix milliseconds.</param>
/// <param name="Ids">The ids.</param>
internal sealed record MovementIdsRow(int Partition, int NewestMinute, long EventTime, ReadOnlyMemory<byte> Ids)
{
    /// <summary>Of one id.</summary>
    public const int EntryBytes = sizeof(ulong) + sizeof(int);

    public static readonly Table<int, MovementIdsRow> Table = new(
        "movement_ids", ["part", "to_at", "event_at", "ids"], 1,
        (key, to) => to.Integer(key),
        (row, to) =>
        {
            to.Integer(row.Partition);
            to.Integer(row.NewestMinute);
            to.Integer(row.EventTime);
            to.Bytes(row.Ids);
        },
        from => new MovementIdsRow((int)from.Integer(), (int)from.Integer(), from.Integer(), from.Bytes()));
}
