namespace EdgeGateway.Devices.Discovery;

/// <summary>How far and how long to look.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>How long to listen to sources that speak by themselves, 100 ms to a minute.</summary>
    public TimeSpan Listen { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The gpsd to ask, host:port.</summary>
    public string Gpsd { get; init; } = "127.0.0.1:2947";

    /// <summary>
    /// Networks to knock at for LLRP readers, such as <c>192.168.7.0/24</c>, or single addresses; none unless asked,
    /// since a reader serves one client and other people's networks are not for scanning.
    /// </summary>
    public IReadOnlyList<string> LlrpNetworks { get; init; } = [];

    /// <summary>Devices of the configuration: they are not found again, and readers among them are not disturbed.</summary>
    public IReadOnlyList<DeviceSettings> Known { get; init; } = [];
}
