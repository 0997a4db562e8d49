using System.Buffers.Binary;
using System.Text.Unicode;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>Reads the fields of one packet; a field that is not whole is a <see cref="MqttProtocolException"/>.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> bytes = body;

    public int Position { get; private set; }

    public readonly int Remaining => bytes.Length - Position;

    public readonly bool AtEnd => Position == bytes.Length;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Remaining)
        {
            throw new MqttProtocolException("a packet ends in the middle of a field");
        }

        var taken = bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A packet identifier, which is never 0.</summary>
    public ushort PacketId()
    {
        var id = UInt16();
        return id != 0 ? id : throw new MqttProtocolException("a packet identifier is 0");
    }

    public int VariableInteger()
    {
        var value = 0;
        for (var i = 0; i < 4; i++)
        {
            var next = Byte();
            value |= (next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new MqttProtocolException("a variable byte integer takes more than 4 bytes");
    }

    public ReadOnlySpan<byte> Binary() => Take(UInt16());

    public ReadOnlySpan<byte> Text()
    {
        var text = Binary();
        if (!Utf8.IsValid(text) || text.Contains((byte)0))
        {
            throw new MqttProtocolException("a text is not UTF-8 or holds a NUL character");
        }

        return text;
    }

    /// <summary>The properties of MQTT 5 as a reader of their own.</summary>
    public PacketReader Properties() => new(Take(VariableInteger()));
}
