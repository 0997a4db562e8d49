using EdgeGateway.Devices.Kernel;
using EdgeGateway.Devices.Zones;
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

    /// <summary>Folder that file names in the settings are relative to.</summary>
    public string Folder { get; init; } = "";

    /// <summary>System calls for character devices; a stand-in where a test has none.</summary>
    internal IKernel Kernel { get; init; } = LinuxKernel.Instance;

    /// <summary>
    /// Called with the time of each fix once a GPS receiver can be trusted with it: from the third consecutive 3D fix on.
    /// Must return at once; null when nobody sets a clock by it.
    /// </summary>
    public Action<DateTimeOffset>? GpsTime { get; init; }

    /// <summary>Visits of zones that a device was on when it was last heard; may throw while nobody can say.</summary>
    public Func<string, IReadOnlyList<OpenVisit>> OpenVisits { get; init; } = _ => [];
}
