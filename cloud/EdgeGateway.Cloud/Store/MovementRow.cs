namespace EdgeGateway.Cloud.Store;

/// <summary>
/// What one batch added to the facts behind a level. Each row names the one before it, and the level the newest: facts are
/// found by following that chain, because keeping an index of them would cost more than everything else a batch writes.
/// </summary>
/// <param name="Id">Higher than that of every row before.</param>
/// <param name="Previous">The row before it of the same level; null for the first.</param>
/// <param name="Series">Site and article.</param>
/// <param name="FromAt">Event time of the earliest fact in it, Unix milliseconds.</param>
/// <param name="ToAt">No fact in it or in a row before it is later, Unix milliseconds.</param>
/// <param name="Chunk">The facts.</param>
public readonly record struct MovementRow(long Id, long? Previous, string Series, long FromAt, long ToAt, ReadOnlyMemory<byte> Chunk)
{
    public static readonly Table<long, MovementRow> Table = new(
        "movements", ["id", "previous", "series", "from_at", "to_at", "chunk"], 1,
        (key, to) => to.Integer(key),
        (row, to) =>
        {
            to.Integer(row.Id);
            to.Integer(row.Previous);
            to.Text(row.Series);
            to.Integer(row.FromAt);
            to.Integer(row.ToAt);
            to.Bytes(row.Chunk);
        },
        from => new MovementRow(from.Integer(), from.IntegerOrNull(), from.Text(), from.Integer(), from.Integer(), from.Bytes()));
}
