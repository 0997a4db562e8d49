using System.Buffers.Binary;
using System.IO.Compression;
using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>
/// Puts the events of one group commit into one compressed value: flash is written in whole pages, so what counts is
/// how many of them a commit touches. The form is in DESIGN.md.
/// </summary>
internal sealed class ChunkEncoder
{
    /// <summary>Raw bytes of a chunk follow their form: as they are, or compressed.</summary>
    public const byte Plain = 0;
    public const byte Brotli = 1;

    /// <summary>Form and raw length.</summary>
    public const int HeaderBytes = 5;

    /// <summary>Bytes of an event beside its body, at most.</summary>
    public const int LongestHead = 1 + (5 * 10);
    private const int Quality = 1;
    private const int Window = 18;

    private byte[] raw = new byte[16 << 10];
    private byte[] packed = new byte[16 << 10];
    private int length;
    private long position;
    private long at;

    public int Count { get; private set; }

    public long First { get; private set; }

    public long Last => position;

    /// <summary>Least important of the events added.</summary>
    public Importance Least { get; private set; }

    public void Clear()
    {
        (Count, length, at) = (0, 0, 0);
        Least = Importance.Evidence;
    }

    /// <summary>Adds an event; positions ascend, and may leave out what was given up.</summary>
    public void Add(in ChunkRow row, ReadOnlySpan<byte> body)
    {
        if (Count++ == 0)
        {
            First = position = row.Position;
        }

        var needed = length + LongestHead + body.Length;
        if (needed > raw.Length)
        {
            Array.Resize(ref raw, Math.Max(needed, raw.Length * 2));
        }

        raw[length++] = (byte)(((int)row.Family << 2) | (int)row.Importance);
        Varint((ulong)(row.Position - position));
        Varint((ulong)row.Device);
        Varint((ulong)row.Epoch);
        var step = row.At - at;
        Varint((ulong)((step << 1) ^ (step >> 63)));
        Varint((ulong)body.Length);
        body.CopyTo(raw.AsSpan(length));
        length += body.Length;
        (position, at) = (row.Position, row.At);
        Least = row.Importance < Least ? row.Importance : Least;
    }

    /// <summary>The value to store; valid until the next call.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        if (packed.Length < HeaderBytes + length)
        {
            packed = new byte[HeaderBytes + raw.Length];
        }

        var target = packed.AsSpan(HeaderBytes, length);
        var compressed = BrotliEncoder.TryCompress(raw.AsSpan(0, length), target, out var written, Quality, Window);
        if (!compressed)
        {
            raw.AsSpan(0, length).CopyTo(target);
            written = length;
        }

        packed[0] = compressed ? Brotli : Plain;
        BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(1), length);
        return packed.AsSpan(0, HeaderBytes + written);
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            raw[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        raw[length++] = (byte)value;
    }
}

/// <summary>An event of a chunk without its body. <paramref name="At"/> is in milliseconds of the boot clock.</summary>
internal readonly record struct ChunkRow(
    long Position, EventFamily Family, Importance Importance, int Device, int Epoch, long At);
