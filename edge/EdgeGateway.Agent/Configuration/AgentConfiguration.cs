using EdgeGateway.Contracts;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Tags;

namespace EdgeGateway.Agent.Configuration;

/// <summary>The gateway's configuration file, as INTERFACE names its keys; file names in it are relative to its folder.</summary>
public sealed record AgentConfiguration
{
    public required GatewaySettings Gateway { get; init; }

    /// <summary>The broker that <c>mqtt</c> devices are heard through; null when there is none.</summary>
    public BrokerSettings? Mqtt { get; init; }

    public required UplinkSettings Uplink { get; init; }

    public BufferSettings Buffer { get; init; } = new();

    public WebSettings Web { get; init; } = new();

    public ClockSettings Clock { get; init; } = new();

    /// <summary>When reads of tags become arrivals, moves and departures.</summary>
    public TagSmoothingSettings Tags { get; init; } = new();

    /// <summary>Where open alarms are signalled on the spot; null for nowhere.</summary>
    public AlarmOutputSettings? AlarmOutput { get; init; }

    /// <summary>Excursion rules by the name that devices refer to.</summary>
    public IReadOnlyDictionary<string, Profile> Profiles { get; init; } = new Dictionary<string, Profile>(StringComparer.Ordinal);

    public IReadOnlyList<DeviceSettings> Devices { get; init; } = [];
}
