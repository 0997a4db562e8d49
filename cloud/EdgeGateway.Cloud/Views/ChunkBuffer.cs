using System.Buffers.Binary;
using System.Text;

namespace EdgeGateway.Cloud.Views;

/// <summary>Bytes that grow, in the encoding that <see cref="BinaryReader"/> reads; its memory is used again.</summary>
public sealed class ChunkBuffer(int capacity)
{
    private const int LongestNumber = 10;

    private byte[] bytes = new byte[capacity];

    public int Length { get; private set; }

    public int Capacity => bytes.Length;

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span(int offset, int length) => bytes.AsSpan(offset, length);

    public void Clear() => Length = 0;

    public void WriteByte(byte value) => Room(sizeof(byte))[0] = value;

    public void Write(int value) => BinaryPrimitives.WriteInt32LittleEndian(Room(sizeof(int)), value);

    public void Write(long value) => BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), value);

    public void Write(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);

    public void Write(ReadOnlySpan<byte> value) => value.CopyTo(Room(value.Length));

    /// <summary>Seven bits a byte, the lowest first: numbers near zero are short.</summary>
    public void WriteNumber(long value)
    {
        Grow(LongestNumber);
        var rest = (ulong)value;
        for (; rest > 0x7F; rest >>= 7)
        {
            bytes[Length++] = (byte)(rest | 0x80);
        }

        bytes[Length++] = (byte)rest;
    }

    /// <summary>Length and text.</summary>
    public void WriteText(ReadOnlySpan<byte> utf8)
    {
        WriteNumber(utf8.Length);
        Write(utf8);
    }

    /// <inheritdoc cref="WriteText(ReadOnlySpan{byte})"/>
    public void WriteText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteNumber(length);
        Encoding.UTF8.GetBytes(text, Room(length));
    }

    private Span<byte> Room(int length)
    {
        Grow(length);
        var room = bytes.AsSpan(Length, length);
        Length += length;
        return room;
    }

    private void Grow(int length)
    {
        if (Length + length > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + length));
        }
    }
}
