namespace EdgeGateway.Devices.Mqtt;

/// <summary>The MQTT connection as drivers see it: our own client, MQTTnet in the nuget set, or a recording in tests.</summary>
public interface IMessageBus
{
    /// <summary>
    /// Hears a topic filter (with + and #) at QoS 1. The message is acknowledged to the broker when the task that
    /// <paramref name="handle"/> returns completes, and left for redelivery when it fails; many may be in flight.
    /// The payload is valid only until <paramref name="handle"/> returns, not until its task completes.
    /// Disposing ends the subscription.
    /// </summary>
    IDisposable Subscribe(string filter, Func<MqttMessage, Task> handle);

    /// <summary>Publishes once connected; completes when the broker has taken it (QoS 1) or it was written (QoS 0).</summary>
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
public readonly record struct MqttMessage(string Topic, ReadOnlyMemory<byte> Payload, bool Retained);
