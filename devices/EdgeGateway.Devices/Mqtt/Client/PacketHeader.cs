using System.Buffers;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>The fixed header: type, flags and the length of what follows.</summary>
internal readonly record struct PacketHeader(byte First, int Length, int BodyLength)
{
    private const int MaxLength = 5;

    public PacketType Type => (PacketType)(First >> 4);

    public int Flags => First & 0x0F;

    /// <summary>False when <paramref name="input"/> does not hold the whole header yet.</summary>
    public static bool TryRead(in ReadOnlySequence<byte> input, out PacketHeader header)
    {
        var bytes = input.FirstSpan;
        if (bytes.Length < MaxLength && !input.IsSingleSegment)
        {
            bytes = input.Slice(0, Math.Min(MaxLength, input.Length)).ToArray();
        }

        header = default;
        var bodyLength = 0;
        for (var i = 1; i < bytes.Length; i++)
        {
            bodyLength |= (bytes[i] & 0x7F) << (7 * (i - 1));
            if (bytes[i] < 0x80)
            {
                header = new PacketHeader(bytes[0], i + 1, bodyLength);
                header.CheckFlags();
                return true;
            }

            if (i == MaxLength - 1)
            {
                throw new MqttProtocolException("the remaining length of a packet takes more than 4 bytes");
            }
        }

        return false;
    }

    private void CheckFlags()
    {
        var wanted = Type == PacketType.PubRel ? 0b0010 : 0;
        if (Type != PacketType.Publish && Flags != wanted)
        {
            throw new MqttProtocolException($"a packet of type {(int)Type} has the reserved flags {Flags}");
        }
    }
}
