namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>A PUBLISH as it lies in the receive buffer.</summary>
internal readonly ref struct PublishPacket
{
    public required ReadOnlySpan<byte> Topic { get; init; }

    public required int Qos { get; init; }

    public required bool Duplicate { get; init; }

    public required bool Retained { get; init; }

    /// <summary>0 at QoS 0.</summary>
    public required ushort Id { get; init; }

    /// <summary>Properties of MQTT 5; empty with 3.1.1.</summary>
    public required ReadOnlySpan<byte> Properties { get; init; }

    /// <summary>Where the payload starts in the body.</summary>
    public required int PayloadOffset { get; init; }

    /// <summary>True when the broker said which subscriptions this copy is for.</summary>
    public required bool NamesSubscriptions { get; init; }

    public static PublishPacket Parse(PacketHeader header, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var qos = (header.Flags >> 1) & 0b11;
        if (qos == 3)
        {
            throw new MqttProtocolException("a PUBLISH has QoS 3");
        }

        var reader = new PacketReader(body);
        var topic = reader.Text();
        if (topic.IsEmpty || topic.ContainsAny((byte)'+', (byte)'#'))
        {
            throw new MqttProtocolException("a PUBLISH has an empty topic or one with wildcards", MqttProtocolException.ProtocolError);
        }

        var id = qos > 0 ? reader.PacketId() : (ushort)0;
        ReadOnlySpan<byte> properties = [];
        var namesSubscriptions = false;
        if (version == MqttVersion.V5)
        {
            properties = reader.Take(reader.VariableInteger());
            namesSubscriptions = CheckProperties(properties);
        }

        return new PublishPacket
        {
            Topic = topic,
            Qos = qos,
            Duplicate = (header.Flags & 0b1000) != 0,
            Retained = (header.Flags & 0b0001) != 0,
            Id = id,
            Properties = properties,
            PayloadOffset = reader.Position,
            NamesSubscriptions = namesSubscriptions,
        };
    }

    /// <summary>True when this copy was sent for the subscription with that identifier.</summary>
    public bool IsFor(int subscription)
    {
        var properties = new PacketReader(Properties);
        while (!properties.AtEnd)
        {
            var id = properties.VariableInteger();
            if (id == Property.SubscriptionIdentifier)
            {
                if (properties.VariableInteger() == subscription)
                {
                    return true;
                }
            }
            else
            {
                Property.Skip(id, ref properties);
            }
        }

        return false;
    }

    private static bool CheckProperties(ReadOnlySpan<byte> span)
    {
        var properties = new PacketReader(span);
        var namesSubscriptions = false;
        while (!properties.AtEnd)
        {
            var id = properties.VariableInteger();
            if (id == Property.TopicAlias)
            {
                throw new MqttProtocolException("a PUBLISH uses a topic alias, which was not offered", MqttProtocolException.ProtocolError);
            }

            namesSubscriptions |= id == Property.SubscriptionIdentifier;
            Property.Skip(id, ref properties);
        }

        return namesSubscriptions;
    }
}
