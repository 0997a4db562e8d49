namespace EdgeGateway.Cloud.Views;

/// <summary>What a batch adds to series, a chunk each. Chunks are used again.</summary>
/// <typeparam name="TSeries">What stands for a series.</typeparam>
public sealed class SeriesChunks<TSeries>
    where TSeries : notnull
{
    private const int MaxSpare = 20_000;

    private readonly Dictionary<TSeries, SeriesChunk> open = [];
    private readonly Stack<SeriesChunk> spare = new();

    /// <summary>The chunks of this batch.</summary>
    public IReadOnlyCollection<KeyValuePair<TSeries, SeriesChunk>> All => open;

    /// <summary>What this batch adds to a series. Whoever keeps it drops it when the batch ends.</summary>
    public SeriesChunk Open(TSeries series)
    {
        if (!open.TryGetValue(series, out var chunk))
        {
            chunk = spare.Count > 0 ? spare.Pop() : new SeriesChunk();
            open.Add(series, chunk);
        }

        return chunk;
    }

    /// <summary>Forgets what was collected.</summary>
    public void Clear()
    {
        foreach (var chunk in open.Values)
        {
            // A chunk that one batch made unusually large is not kept.
            if (spare.Count < MaxSpare && chunk.Reset())
            {
                spare.Push(chunk);
            }
        }

        open.Clear();
    }
}
