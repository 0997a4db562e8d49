namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>The broker answered CONNECT with a refusal, or not at all.</summary>
/// <param name="message">Why, with what an operator can do.</param>
/// <param name="cause">What that means for the next attempt.</param>
internal sealed class MqttRefusedException(string message, RefusalCause cause) : Exception(message)
{
    public RefusalCause Cause { get; } = cause;
}

internal enum RefusalCause
{
    /// <summary>Credentials, load and the like.</summary>
    Other,

    /// <summary>The broker said that it does not speak this version.</summary>
    Version,

    /// <summary>The broker hung up, as some old ones do when they see MQTT 5.</summary>
    HungUp,
}
