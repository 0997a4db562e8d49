namespace EdgeGateway.Devices.Zones;

/// <summary>A visit that had not ended when it was last told of.</summary>
/// <param name="Zone">Name of the zone.</param>
/// <param name="Since">Since when the vehicle has been inside, UTC; null where the receiver's time was not to be trusted.</param>
/// <param name="IsDwellTold">Its dwell time was told.</param>
public sealed record OpenVisit(string Zone, DateTimeOffset? Since, bool IsDwellTold);
