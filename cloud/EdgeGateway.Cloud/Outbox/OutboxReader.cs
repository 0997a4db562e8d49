using System.Buffers.Binary;
using System.Text;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Outbox;

/// <summary>Reads the messages of a stored row where they lie, in the order in which <see cref="Outbox"/> wrote them.</summary>
internal ref struct OutboxReader
{
    private readonly RecordHeaders none = new();
    private ReadOnlySpan<byte> rest;

    public OutboxReader(ReadOnlySpan<byte> row)
    {
        rest = row;
        Headers = none;
    }

    public ReadOnlySpan<byte> Key { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public RecordHeaders Headers { get; private set; }

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
        Headers = count == 0 ? none : ReadHeaders(count);
        return true;
    }

    // Only alerts and dead letters have any, which are few beside the levels.
    private RecordHeaders ReadHeaders(int count)
    {
        var names = new string[count];
        var values = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            names[i] = ReadText();
            values[i] = ReadBytes().ToArray();
        }

        var headers = new RecordHeaders(names);
        for (var i = 0; i < count; i++)
        {
            headers.Set(i, values[i]);
        }

        return headers;
    }

    // Its length in seven bits a byte, the lowest first.
    private string ReadText()
    {
        var (length, bits) = (0, 0);
        byte next;
        do
        {
            next = rest[0];
            rest = rest[1..];
            length |= (next & 0x7F) << bits;
            bits += 7;
        }
        while (next > 0x7F);

        return Encoding.UTF8.GetString(Take(length));
    }

    private ReadOnlySpan<byte> ReadBytes() => Take(ReadNumber());

    private ReadOnlySpan<byte> Take(int length)
    {
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
