namespace EdgeGateway.Cloud.Store;

/// <summary>
/// What one batch added to one series (readings of a probe, sightings of a tag): a row a batch and
/// series instead of a row a record, which is what makes keeping everything affordable. Times in Unix milliseconds.
/// </summary>
public readonly record struct ChunkRow(string Series, long FromAt, long ToAt, ReadOnlyMemory<byte> Chunk)
{
    public static readonly Table<string, ChunkRow> Readings = Of("readings");
    public static readonly Table<string, ChunkRow> Positions = Of("positions");
    public static readonly Table<string, ChunkRow> ItemHistory = Of("item_history");

    private static Table<string, ChunkRow> Of(string name) => new(
        name, ["series", "from_at", "to_at", "chunk"], 1,
        (key, to) => to.Text(key),
        (row, to) =>
        {
            to.Text(row.Series);
            to.Integer(row.FromAt);
            to.Integer(row.ToAt);
            to.Bytes(row.Chunk);
        },
        from => new ChunkRow(from.Text(), from.Integer(), from.Integer(), from.Bytes()));
}
