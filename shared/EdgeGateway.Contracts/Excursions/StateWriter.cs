using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeGateway.Contracts;

/// <summary>Writes the parts of a stored <see cref="ExcursionState"/>, little-endian.</summary>
internal static class StateWriter
{
    public static void Put(this IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public static void Put(this IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public static void Put(this IBufferWriter<byte> output, double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(output.GetSpan(sizeof(double)), value);
        output.Advance(sizeof(double));
    }

    /// <summary>A text of at most 255 bytes.</summary>
    public static void Put(this IBufferWriter<byte> output, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        output.Put(checked((byte)length));
        Encoding.UTF8.GetBytes(value, output.GetSpan(length));
        output.Advance(length);
    }
}
