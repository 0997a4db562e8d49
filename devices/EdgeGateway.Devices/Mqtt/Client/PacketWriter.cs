using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>Writes the packets a client sends.</summary>
internal static class PacketWriter
{
    private const byte SubscribeAtQos2 = 0x02;

    private const byte RetainedOnlyWhenNew = 0x10;

    private const byte AtLeastOnce = 0x02;
    private const byte Retain = 0x01;

    public static void Connect(IBufferWriter<byte> output, MqttOptions options, MqttVersion version)
    {
        var body = new ArrayBufferWriter<byte>();
        WriteText(body, "MQTT");
        WriteByte(body, (byte)version);

        var flags = (options.Username is null ? 0 : 0x80) | (options.Password is null ? 0 : 0x40) | (options.CleanSession ? 0x02 : 0);
        WriteByte(body, (byte)flags);
        WriteUInt16(body, (ushort)Math.Clamp(Math.Ceiling(options.KeepAlive.TotalSeconds), 1, ushort.MaxValue));
        if (version == MqttVersion.V5)
        {
            WriteVariableInteger(body, 8);
            WriteByte(body, Property.SessionExpiryInterval);
            WriteUInt32(body, options.CleanSession ? 0 : uint.MaxValue);
            WriteByte(body, Property.ReceiveMaximum);
            WriteUInt16(body, (ushort)options.MaxInFlight);
        }

        WriteText(body, options.ClientId);
        if (options.Username is not null)
        {
            WriteText(body, options.Username);
        }

        if (options.Password is not null)
        {
            WriteText(body, options.Password);
        }

        Finish(output, PacketType.Connect, 0, body.WrittenSpan);
    }

    /// <param name="output">Where to.</param>
    /// <param name="id">Packet identifier.</param>
    /// <param name="filter">Topic filter.</param>
    /// <param name="version">Protocol of the connection.</param>
    /// <param name="identifier">Subscription identifier, or 0 for none.</param>
    /// <param name="retainedAgain">Whether MQTT 5 is to send what is retained even when it knows the subscription; 3.1.1 always does.</param>
    public static void Subscribe(
        IBufferWriter<byte> output, ushort id, string filter, MqttVersion version, int identifier, bool retainedAgain)
    {
        var body = new ArrayBufferWriter<byte>();
        WriteUInt16(body, id);
        var subscription = SubscribeAtQos2;
        if (version == MqttVersion.V5)
        {
            subscription |= retainedAgain ? (byte)0 : RetainedOnlyWhenNew;
            WriteVariableInteger(body, identifier == 0 ? 0 : 1 + VariableIntegerLength(identifier));
            if (identifier != 0)
            {
                WriteByte(body, Property.SubscriptionIdentifier);
                WriteVariableInteger(body, identifier);
            }
        }

        WriteText(body, filter);
        WriteByte(body, subscription);
        Finish(output, PacketType.Subscribe, 0b0010, body.WrittenSpan);
    }

    public static void Unsubscribe(IBufferWriter<byte> output, ushort id, string filter, MqttVersion version)
    {
        var body = new ArrayBufferWriter<byte>();
        WriteUInt16(body, id);
        WriteNoProperties(body, version);
        WriteText(body, filter);
        Finish(output, PacketType.Unsubscribe, 0b0010, body.WrittenSpan);
    }

    /// <summary>A PUBLISH at QoS 1.</summary>
    public static void Publish(
        IBufferWriter<byte> output, ushort id, string topic, ReadOnlySpan<byte> payload, bool retain, MqttVersion version)
    {
        var body = new ArrayBufferWriter<byte>(payload.Length + (topic.Length * 3) + 8);
        WriteText(body, topic);
        WriteUInt16(body, id);
        WriteNoProperties(body, version);
        body.Write(payload);
        Finish(output, PacketType.Publish, retain ? AtLeastOnce | Retain : AtLeastOnce, body.WrittenSpan);
    }

    /// <summary>PUBACK, PUBREC or PUBCOMP with success: four bytes in every version.</summary>
    public static void Acknowledge(IBufferWriter<byte> output, PacketType type, ushort id)
    {
        var packet = output.GetSpan(4);
        packet[0] = (byte)((int)type << 4);
        packet[1] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], id);
        output.Advance(4);
    }

    public static void PingRequest(IBufferWriter<byte> output) => Finish(output, PacketType.PingReq, 0, []);

    /// <param name="output">Where to.</param>
    /// <param name="version">Protocol of the connection; 3.1.1 carries no reason.</param>
    /// <param name="reason">0 for a normal end.</param>
    public static void Disconnect(IBufferWriter<byte> output, MqttVersion version, byte reason) =>
        Finish(output, PacketType.Disconnect, 0, version == MqttVersion.V5 && reason != 0 ? [reason] : []);

    private static void Finish(IBufferWriter<byte> output, PacketType type, int flags, ReadOnlySpan<byte> body)
    {
        WriteByte(output, (byte)(((int)type << 4) | flags));
        WriteVariableInteger(output, body.Length);
        output.Write(body);
    }

    private static void WriteNoProperties(IBufferWriter<byte> output, MqttVersion version)
    {
        if (version == MqttVersion.V5)
        {
            WriteByte(output, 0);
        }
    }

    private static void WriteByte(IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    private static void WriteUInt16(IBufferWriter<byte> output, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), value);
        output.Advance(2);
    }

    private static void WriteUInt32(IBufferWriter<byte> output, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    private static int VariableIntegerLength(int value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };

    private static void WriteVariableInteger(IBufferWriter<byte> output, int value)
    {
        do
        {
            var low = value & 0x7F;
            value >>= 7;
            WriteByte(output, (byte)(value > 0 ? low | 0x80 : low));
        }
        while (value > 0);
    }

    private static void WriteText(IBufferWriter<byte> output, string text)
    {
        WriteUInt16(output, checked((ushort)Encoding.UTF8.GetByteCount(text)));
        output.Write(Encoding.UTF8.GetBytes(text));
    }
}
