using System.Buffers.Binary;

namespace EdgeGateway.Devices.Llrp;

/// <summary>Builds one message; parameters nest between <see cref="Begin"/> and <see cref="End"/>.</summary>
internal sealed class LlrpWriter
{
    public const int HeaderLength = 10;

    private const int Version = 1 << 10;

    private readonly byte[] buffer = new byte[1024];
    private readonly Stack<int> open = new();
    private int length = HeaderLength;

    public LlrpWriter(LlrpMessageType type, uint id)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)(Version | (int)type));
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(6), id);
    }

    public LlrpWriter U8(int value)
    {
        buffer[length++] = checked((byte)value);
        return this;
    }

    public LlrpWriter U16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(length), checked((ushort)value));
        length += sizeof(ushort);
        return this;
    }

    public LlrpWriter U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(length), value);
        length += sizeof(uint);
        return this;
    }

    public LlrpWriter Begin(LlrpParameterType type)
    {
        open.Push(length);
        return U16((int)type).U16(0);
    }

    public LlrpWriter End()
    {
        var start = open.Pop();
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(start + 2), checked((ushort)(length - start)));
        return this;
    }

    /// <summary>The message with its length filled in.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(2), (uint)length);
        return buffer.AsMemory(0, length);
    }
}
