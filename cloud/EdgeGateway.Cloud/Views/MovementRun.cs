using System.Buffers.Binary;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Writes movements of one level behind each other. Ids and references are mostly numbered, so each says only where it differs
/// from the one before: half the bytes for the database to write.
/// </summary>
public ref struct MovementRun
{
    /// <summary>Begins a chunk that is a run. A chunk that is none begins with the time of its first movement, which is never this.</summary>
    public const long Header = 1L << 56;

    private readonly ChunkBuffer to;
    private long at;
    private ReadOnlySpan<byte> id;
    private ReadOnlySpan<byte> reference;

    public MovementRun(ChunkBuffer to)
    {
        this.to = to;
        to.Write(Header);
    }

    /// <summary>Adds a movement.</summary>
    /// <param name="movement">Its time and what <see cref="MovementSeries.Write(ChunkBuffer, in EdgeGateway.Contracts.MovementRecord)"/> wrote of it; to stay until the run is complete.</param>
    public void Add(ReadOnlySpan<byte> movement)
    {
        var next = BinaryPrimitives.ReadInt64LittleEndian(movement);
        WriteDifference(next - at);
        at = next;
        var rest = movement[sizeof(long)..];

        // Kind and quantity.
        var length = 2;
        while (rest[length - 1] > 0x7F)
        {
            length++;
        }

        to.Write(rest[..length]);
        rest = rest[length..];
        WriteText(ref rest, ref id);
        var has = rest[0];
        to.WriteByte(has);
        rest = rest[1..];
        if ((has & MovementSeries.HasReference) != 0)
        {
            WriteText(ref rest, ref reference);
        }

        to.Write(rest);
    }

    /// <summary>A difference as <see cref="WriteDifference"/> wrote it.</summary>
    public static long Difference(long written) => (long)((ulong)written >> 1) ^ -(written & 1);

    // The sign in the lowest bit, so that small differences either way are short.
    private readonly void WriteDifference(long difference) => to.WriteNumber((difference << 1) ^ (difference >> 63));

    private readonly void WriteText(ref ReadOnlySpan<byte> from, ref ReadOnlySpan<byte> before)
    {
        var (length, shift, at) = (0, 0, 0);
        do
        {
            length |= (from[at] & 0x7F) << shift;
            shift += 7;
        }
        while (from[at++] > 0x7F);

        var text = from.Slice(at, length);
        var same = text.CommonPrefixLength(before);
        to.WriteNumber(same);
        to.WriteText(text[same..]);
        before = text;
        from = from[(at + length)..];
    }
}
