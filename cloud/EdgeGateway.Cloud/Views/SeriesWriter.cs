using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>Collects what a batch adds to the series of one table and writes one chunk a series.</summary>
public sealed class SeriesWriter(Table<string, ChunkRow> table)
{
    private readonly SeriesChunks<string> chunks = new();

    /// <inheritdoc cref="SeriesChunks{TSeries}.Open"/>
    /// <param name="series">For example <c>gateway/device</c>.</param>
    public SeriesChunk Open(string series) => chunks.Open(series);

    public void Save(IStoreTransaction transaction)
    {
        transaction.Append(table, chunks.All.Select(entry => new ChunkRow(entry.Key, entry.Value.FromAt, entry.Value.ToAt, entry.Value.Bytes)).ToList());
        Clear();
    }

    /// <summary>Forgets what was collected.</summary>
    public void Clear() => chunks.Clear();
}
