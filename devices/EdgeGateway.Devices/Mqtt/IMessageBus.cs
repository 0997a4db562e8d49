namespace EdgeGateway.Devices.Mqtt;

/// <summary>The MQTT connection as drivers see it: our own client, MQTTnet in the nuget set, or a recording in tests.</summary>
public interface IMessageBus
{
    /// <summary>
    /// Hears a topic filter (with + and #) at the QoS each message was published with. A message is acknowledged to
    /// the broker when the task that <paramref name="handle"/> returns completes, and left for redelivery when it
    /// fails; many may be in flight. <paramref name="handle"/> is called in order of arrival, one call at a time.
    /// The payload is valid only until <paramref name="handle"/> returns, not until its task completes.
    /// Disposing ends the subscription, a little later at the broker so that applying a new configuration loses nothing.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="filter"/> is not a topic filter.</exception>
    IDisposable Subscribe(string filter, Func<MqttMessage, Task> handle);

    /// <summary>
    /// Like <see cref="Subscribe"/>, for a look around such as discovery: ends at once, and what arrives after its end
    /// is not held back for another listener.
    /// </summary>
    IDisposable SubscribeBriefly(string filter, Func<MqttMessage, Task> handle) => Subscribe(filter, handle);

    /// <summary>Publishes at QoS 1 once connected, again after a lost connection; completes when the broker has taken it.</summary>
    /// <exception cref="InvalidOperationException">The broker refused the message.</exception>
    Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancel);

    /// <summary>Null while connected, else why not: for device health and the page.</summary>
    string? Trouble { get; }

    /// <summary>Raised after <see cref="Trouble"/> changed.</summary>
    event Action? Changed;
}

/// <summary>A message as it arrived.</summary>
/// <param name="Topic">Topic it was published to.</param>
/// <param name="Payload">Valid only until the handler returns.</param>
/// <param name="Retained">Sent because it was retained, not because it is new.</param>
/// <param name="Omitted">
/// Bytes of the payload that follow <paramref name="Payload"/> and were not kept because the packet is larger than
/// <see cref="MqttOptions.MaxPacketBytes"/>; 0 for every message that is whole.
/// </param>
public readonly record struct MqttMessage(string Topic, ReadOnlyMemory<byte> Payload, bool Retained, int Omitted = 0);
