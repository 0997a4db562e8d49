using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Outbox;

/// <summary>
/// Messages that leave for Kafka because of a batch. They are stored in the batch's own transaction, many in a row of
/// the table, and published from there; a crash in between repeats them and loses none.
/// </summary>
/// <param name="isQuiet">True while views are rebuilt: what happened is not told again.</param>
public sealed class Outbox(bool isQuiet = false)
{
    // Small enough not to be a large object to the garbage collector, which collects those rarely.
    private const int RowBytes = 64 * 1024;
    private const int RoomForOne = 1024;

    private readonly Dictionary<string, ChunkBuffer> topics = [];
    private readonly List<OutboxRow> full = [];

    /// <summary>Whether nothing leaves.</summary>
    public bool IsQuiet => isQuiet;

    public void Add(string topic, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, params ReadOnlySpan<(string Name, byte[] Value)> headers)
    {
        if (isQuiet)
        {
            return;
        }

        if (!topics.TryGetValue(topic, out var bytes))
        {
            topics.Add(topic, bytes = new ChunkBuffer(RowBytes));
        }

        bytes.Write(key.Length);
        bytes.Write(key);
        bytes.Write(value.Length);
        bytes.Write(value);
        bytes.Write(headers.Length);
        foreach (var (name, header) in headers)
        {
            bytes.WriteText(name);
            bytes.Write(header.Length);
            bytes.Write(header);
        }

        if (bytes.Length > RowBytes - RoomForOne)
        {
            Close(topic, bytes);
        }
    }

    public void Save(IStoreTransaction transaction)
    {
        foreach (var (topic, bytes) in topics)
        {
            if (bytes.Length > 0)
            {
                Close(topic, bytes);
            }
        }

        transaction.Append(OutboxRow.Table, full);
        full.Clear();
    }

    /// <summary>Forgets what was not saved.</summary>
    public void Clear()
    {
        full.Clear();
        topics.Clear();
    }

    private void Close(string topic, ChunkBuffer bytes)
    {
        full.Add(new OutboxRow(topic, bytes.Memory.ToArray()));
        bytes.Clear();
    }

    private sealed record OutboxRow(string Topic, byte[] Messages)
    {
        public static readonly Table<long, OutboxRow> Table = new(
            "outbox", ["topic", "messages"], 0,
            (_, _) => throw new NotSupportedException("outbox rows are read in their order"),
            (row, to) =>
            {
                to.Text(row.Topic);
                to.Bytes(row.Messages);
            },
            from => new OutboxRow(from.Text(), from.Bytes()));
    }
}
