namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>The broker sent what MQTT does not allow; the connection cannot go on.</summary>
/// <param name="message">What was wrong, in a few words.</param>
/// <param name="reason">Reason code for the DISCONNECT of MQTT 5.</param>
internal sealed class MqttProtocolException(string message, byte reason = MqttProtocolException.Malformed) : Exception(message)
{
    public const byte Malformed = 0x81;
    public const byte ProtocolError = 0x82;
    public const byte TooLarge = 0x95;

    public byte Reason { get; } = reason;
}
