namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>What the codes in CONNACK, SUBACK, PUBACK and DISCONNECT mean, and what an operator can do.</summary>
internal static class ReasonCode
{
    public const byte UnsupportedVersion = 0x84;

    /// <summary>The code with which a 3.1.1 broker refuses a version.</summary>
    public const byte UnsupportedVersion311 = 1;

    public static string Describe(byte code) => code switch
    {
        1 or UnsupportedVersion => "it does not speak this version of MQTT",
        2 or 0x85 => "it does not take our client id",
        3 or 0x88 or 0x89 => "it is busy or not available",
        4 or 0x86 => "wrong user name or password; check mqtt.username and mqtt.passwordFile",
        5 or 0x87 => "not authorised; check mqtt.username, mqtt.passwordFile and the broker's access list",
        0x80 => "it gave no reason; check its access list",
        0x8B => "it is shutting down",
        0x8D => "it heard nothing from us for too long",
        0x8E => "another client connected with our client id; each gateway needs its own gateway.id",
        0x8F => "it does not take this topic filter",
        0x90 => "it does not take this topic",
        0x93 => "too many messages under way",
        0x95 => "packet too large",
        0x97 => "quota exceeded",
        0x98 => "closed by its administrator",
        0x9C or 0x9D => "it refers us to another server; check mqtt.host",
        _ => $"reason code 0x{code:X2}",
    };
}
