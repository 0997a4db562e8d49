using System.Buffers.Binary;
using System.Text;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Outbox;

/// <summary>Reads the messages of a stored row where they lie, in the order in which <see cref="Outbox"/> wrote them.</summary>
internal ref struct OutboxReader(ReadOnlySpan<byte> row)
{
    private static readonly RecordHeaders None = new();

    private ReadOnlySpan<byte> rest = row;

    public ReadOnlySpan<byte> Key { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public RecordHeaders Headers { get; private set; } = None;

    /// <summary>Moves to the next message; false after the last.</summary>
    public bool Read()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        Key = ReadBytes();
        Value = ReadBytes();
        var count = ReadNumber();
        Headers = count == 0 ? None : ReadHeaders(count);
        return true;
    }

    // Only alerts and dead letters have any, which are few beside the levels.
    private RecordHeaders ReadHeaders(int count)
    {
        var names = new string[count];
        var values = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            names[i] = Encoding.UTF8.GetString(ReadBytes());
            values[i] = ReadBytes().ToArray();
        }

        var headers = new RecordHeaders(names);
        for (var i = 0; i < count; i++)
        {
            headers.Set(i, values[i]);
        }

        return headers;
    }

    private ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadNumber();
        var bytes = rest[..length];
        rest = rest[length..];
        return bytes;
    }

    private int ReadNumber()
    {
        var number = BinaryPrimitives.ReadInt32LittleEndian(rest);
        rest = rest[sizeof(int)..];
        return number;
    }
}
