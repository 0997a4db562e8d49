namespace EdgeGateway.Devices.Gpio;

/// <summary>A line became active or inactive.</summary>
/// <param name="At">Time of the edge.</param>
/// <param name="Active">What it is since.</param>
/// <param name="Number">Counts the edges of the line; one that is left out was lost.</param>
internal readonly record struct GpioEdge(DateTimeOffset At, bool Active, uint Number);
