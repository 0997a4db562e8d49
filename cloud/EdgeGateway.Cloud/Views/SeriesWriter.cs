using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>Collects what a batch adds to the series of one table and writes one chunk a series.</summary>
public sealed class SeriesWriter(Table<string, ChunkRow> table)
{
    private readonly Dictionary<string, Chunk> open = [];
    private readonly Stack<Chunk> spare = new();

    /// <summary>Where the next entry of a series goes; the entry begins with its time, which is written here.</summary>
    /// <param name="series">For example <c>gateway/device</c>.</param>
    /// <param name="at">Event time, Unix milliseconds.</param>
    public BinaryWriter Entry(string series, long at)
    {
        if (!open.TryGetValue(series, out var chunk))
        {
            chunk = spare.Count > 0 ? spare.Pop() : new Chunk();
            open.Add(series, chunk);
        }

        return chunk.Start(at);
    }

    public void Save(IStoreTransaction transaction)
    {
        if (open.Count == 0)
        {
            return;
        }

        var rows = new List<ChunkRow>(open.Count);
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
    }

    private sealed class Chunk
    {
        private const int MaxSpareBytes = 4096;

        private readonly MemoryStream bytes = new(128);
        private readonly BinaryWriter writer;

        public Chunk() => writer = new BinaryWriter(bytes);

        public long FromAt { get; private set; } = long.MaxValue;

        public long ToAt { get; private set; } = long.MinValue;

        public ReadOnlyMemory<byte> Bytes => bytes.GetBuffer().AsMemory(0, (int)bytes.Length);

        public BinaryWriter Start(long at)
        {
            FromAt = Math.Min(FromAt, at);
            ToAt = Math.Max(ToAt, at);
            writer.Write(at);
            return writer;
        }

        public bool Reset()
        {
            bytes.SetLength(0);
            (FromAt, ToAt) = (long.MaxValue, long.MinValue);
            return bytes.Capacity <= MaxSpareBytes;
        }
    }
}
