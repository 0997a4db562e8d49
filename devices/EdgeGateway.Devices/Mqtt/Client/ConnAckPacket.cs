using System.Text;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>The broker's answer to CONNECT.</summary>
internal sealed record ConnAckPacket
{
    public required bool SessionPresent { get; init; }

    /// <summary>0 for success; the codes of MQTT 5 and of 3.1.1 differ.</summary>
    public required byte Code { get; init; }

    public string? ReasonString { get; init; }

    /// <summary>The broker's own keep-alive in seconds, which replaces ours.</summary>
    public int? ServerKeepAliveSeconds { get; init; }

    /// <summary>Messages at QoS 1 that may be under way to the broker.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>Largest packet the broker takes.</summary>
    public long MaximumPacketSize { get; init; } = long.MaxValue;

    public bool SubscriptionIdentifiers { get; init; }

    public static ConnAckPacket Parse(ReadOnlySpan<byte> body, MqttVersion version)
    {
        var reader = new PacketReader(body);
        var flags = reader.Byte();
        if (flags > 1)
        {
            throw new MqttProtocolException("a CONNACK has reserved flags");
        }

        var answer = new ConnAckPacket
        {
            SessionPresent = flags == 1,
            Code = reader.Byte(),
            SubscriptionIdentifiers = version == MqttVersion.V5,
        };

        // A broker that knows only 3.1.1 answers a CONNECT of MQTT 5 with the short form.
        if (version == MqttVersion.V311 || reader.AtEnd)
        {
            return reader.AtEnd ? answer : throw new MqttProtocolException("a CONNACK is longer than its fields");
        }

        var properties = reader.Properties();
        while (!properties.AtEnd)
        {
            var id = properties.VariableInteger();
            switch (id)
            {
                case Property.ReasonString:
                    answer = answer with { ReasonString = Encoding.UTF8.GetString(properties.Text()) };
                    break;
                case Property.ServerKeepAlive:
                    answer = answer with { ServerKeepAliveSeconds = properties.UInt16() };
                    break;
                case Property.ReceiveMaximum:
                    answer = answer with { ReceiveMaximum = properties.UInt16() };
                    break;
                case Property.MaximumPacketSize:
                    answer = answer with { MaximumPacketSize = properties.UInt32() };
                    break;
                case Property.SubscriptionIdentifiersAvailable:
                    answer = answer with { SubscriptionIdentifiers = properties.Byte() != 0 };
                    break;
                default:
                    Property.Skip(id, ref properties);
                    break;
            }
        }

        return answer.ReceiveMaximum > 0 && answer.MaximumPacketSize > 0
            ? answer
            : throw new MqttProtocolException("a CONNACK allows nothing to be sent", MqttProtocolException.ProtocolError);
    }
}
