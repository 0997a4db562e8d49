namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>Property identifiers of MQTT 5 that this client looks at, and how to pass over all the others.</summary>
internal static class Property
{
    public const int SubscriptionIdentifier = 0x0B;
    public const int SessionExpiryInterval = 0x11;
    public const int ServerKeepAlive = 0x13;
    public const int ReasonString = 0x1F;
    public const int ReceiveMaximum = 0x21;
    public const int TopicAlias = 0x23;
    public const int MaximumPacketSize = 0x27;
    public const int SubscriptionIdentifiersAvailable = 0x29;

    /// <summary>Passes over the value of a property that is of no interest.</summary>
    public static void Skip(int id, ref PacketReader properties)
    {
        switch (id)
        {
            case 0x01 or 0x17 or 0x19 or 0x24 or 0x25 or 0x28 or 0x29 or 0x2A:
                properties.Byte();
                break;
            case 0x13 or 0x21 or 0x22 or 0x23:
                properties.UInt16();
                break;
            case 0x02 or 0x11 or 0x18 or 0x27:
                properties.UInt32();
                break;
            case 0x0B:
                properties.VariableInteger();
                break;
            case 0x03 or 0x08 or 0x12 or 0x15 or 0x1A or 0x1C or 0x1F:
                properties.Text();
                break;
            case 0x09 or 0x16:
                properties.Binary();
                break;
            case 0x26:
                properties.Text();
                properties.Text();
                break;
            default:
                throw new MqttProtocolException($"there is no property 0x{id:X2}");
        }
    }
}
