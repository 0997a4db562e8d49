using System.Buffers.Binary;
using System.IO.Compression;
using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>Goes through the events of a chunk. Everything it hands out lies in one array that it allocates.</summary>
internal sealed class ChunkDecoder
{
    /// <summary>A chunk is one batch, and a batch is bounded; more is damage.</summary>
    private const int MaxRawBytes = 4 << 20;

    private readonly byte[] raw;
    private int offset;
    private long position;
    private long at;

    private ChunkDecoder(long first, ReadOnlySpan<byte> data)
    {
        position = first;
        var length = data.Length < ChunkEncoder.HeaderBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(data[1..]);
        if (length is < 0 or > MaxRawBytes)
        {
            throw Damaged();
        }

        raw = GC.AllocateUninitializedArray<byte>(length);
        var body = data[ChunkEncoder.HeaderBytes..];
        var complete = data[0] switch
        {
            ChunkEncoder.Plain => body.Length == length && body.TryCopyTo(raw),
            ChunkEncoder.Brotli => BrotliDecoder.TryDecompress(body, raw, out var written) && written == length,
            _ => false,
        };
        if (!complete)
        {
            throw Damaged();
        }
    }

    /// <summary>A chunk as it was read, once its checksum has been found right.</summary>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static ChunkDecoder Checked(long first, long last, long checksum, ReadOnlySpan<byte> data) =>
        Checksum.Of(first, last, data) == checksum ? new ChunkDecoder(first, data) : throw Damaged();

    public ChunkRow Row { get; private set; }

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public bool Next()
    {
        if (offset == raw.Length)
        {
            return false;
        }

        var kind = raw[offset++];
        position += (long)Varint();
        var device = (int)Varint();
        var epoch = (int)Varint();
        var step = Varint();
        at += (long)(step >> 1) ^ -(long)(step & 1);
        var length = (int)Varint();
        if (length < 0 || length > raw.Length - offset)
        {
            throw Damaged();
        }

        Row = new ChunkRow(position, (EventFamily)(kind >> 2), (Importance)(kind & 3), device, epoch, at);
        Body = raw.AsMemory(offset, length);
        offset += length;
        return true;
    }

    private static InvalidDataException Damaged() => new("a chunk of buffered events is damaged");

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70 && offset < raw.Length; shift += 7)
        {
            var next = raw[offset++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }
}
