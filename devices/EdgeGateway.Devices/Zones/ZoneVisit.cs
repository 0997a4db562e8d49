using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Zones;

/// <summary>What a vehicle did at a zone.</summary>
/// <param name="Zone">Name of the zone.</param>
/// <param name="Change">What it did.</param>
/// <param name="Since">Since when it has been inside; null where the receiver's time was not to be trusted.</param>
/// <param name="Inside">How long it had been inside by then; null on entering, and where the receiver's time was not to be trusted.</param>
public sealed record ZoneVisit(string Zone, ZoneChange Change, DateTimeOffset? Since, TimeSpan? Inside);
