namespace EdgeGateway.Devices.Mqtt;

/// <summary>Which broker to connect to, and the bounds of that connection. Not a record: a password must not reach a log.</summary>
public sealed class MqttOptions
{
    public required string Host { get; init; }

    public int Port { get; init; } = 1883;

    /// <summary>Names the session at the broker; must stay the same over restarts, or what the broker queued is never fetched.</summary>
    public required string ClientId { get; init; }

    /// <summary>
    /// False keeps the session: the broker queues what comes while we are away. True for a passing listener such as
    /// discovery, which wants no trace of itself left at the broker.
    /// </summary>
    public bool CleanSession { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>PEM file with the certificates to trust. When set the connection is TLS; when null it is not encrypted.</summary>
    public string? CaFile { get; init; }

    /// <summary>Largest packet kept in memory. Of a longer PUBLISH the rest is skipped and the handler is told, see <see cref="MqttMessage.Omitted"/>.</summary>
    public int MaxPacketBytes { get; init; } = 1024 * 1024;

    /// <summary>Messages handed out and not yet done with, 1 to 65535; then nothing more is read from the broker.</summary>
    public int MaxInFlight { get; init; } = 4096;

    /// <summary>A ping goes out every half of it; after one and a half without a byte the connection counts as dead.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For TCP, TLS and the broker's answer to CONNECT together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a message that nobody listens to (yet) is held back after a start or after a subscription ended.</summary>
    public TimeSpan HandlerGrace { get; init; } = TimeSpan.FromSeconds(5);
}
