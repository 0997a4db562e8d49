using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices;

/// <summary>What the agent hands to drivers: the bus, the clock, the log and where the kernel's files are.</summary>
public sealed record DriverHost
{
    public required ILoggerFactory Logs { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The MQTT connection shared by all <c>mqtt</c> devices.</summary>
    public required Mqtt.IMessageBus Bus { get; init; }

    /// <summary>Root of <c>sys/</c> and <c>dev/</c>: <c>/</c>, or a tree made by a test.</summary>
    public string Root { get; init; } = "/";
}
