namespace EdgeGateway.Devices.Discovery;

/// <summary>A device that is there and could be added to the configuration.</summary>
/// <param name="Driver">Name of the driver that would read it.</param>
/// <param name="Address">Where it is, in the terms of that driver.</param>
/// <param name="Name">For a person.</param>
/// <param name="Sample">What it says just now, such as <c>4.25 °C</c>; null when it says nothing by itself.</param>
/// <param name="Settings">The entry of <c>devices</c>, ready to add, with an <c>id</c> made of the name.</param>
public sealed record FoundDevice(
    string Driver, string Address, string Name, string? Sample, IReadOnlyDictionary<string, object> Settings);
