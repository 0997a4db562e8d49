using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>Collects what a batch adds to the series of one table and writes one chunk a series.</summary>
public sealed class SeriesWriter(Table<string, ChunkRow> table)
{
    private readonly Dictionary<string, SeriesChunk> open = [];
    private readonly Stack<SeriesChunk> spare = new();
    private readonly List<ChunkRow> rows = [];

    /// <summary>What this batch adds to a series. Whoever keeps it drops it when the batch ends.</summary>
    /// <param name="series">For example <c>gateway/device</c>.</param>
    public SeriesChunk Open(string series)
    {
        if (!open.TryGetValue(series, out var chunk))
        {
            chunk = spare.Count > 0 ? spare.Pop() : new SeriesChunk();
            open.Add(series, chunk);
        }

        return chunk;
    }

    public void Save(IStoreTransaction transaction)
    {
        if (open.Count == 0)
        {
            return;
        }

        foreach (var (series, chunk) in open)
        {
            rows.Add(new ChunkRow(series, chunk.FromAt, chunk.ToAt, chunk.Bytes));
        }

        transaction.Append(table, rows);
        Clear();
    }

    /// <summary>Forgets what was collected.</summary>
    public void Clear()
    {
        foreach (var chunk in open.Values)
        {
            // A chunk that one batch made unusually large is not kept.
            if (spare.Count < 20_000 && chunk.Reset())
            {
                spare.Push(chunk);
            }
        }

        open.Clear();
        rows.Clear();
    }
}
