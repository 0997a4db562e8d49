namespace EdgeGateway.Contracts;

/// <summary>What the rules see of a probe's sample.</summary>
/// <param name="ObservedAt">Event time.</param>
/// <param name="Celsius">°C; null for a fault.</param>
/// <param name="Fault">Why there is no temperature; null when there is one.</param>
/// <param name="DoorOpenSince">While the probe's door stands open: since when.</param>
public readonly record struct ProbeSample(
    DateTimeOffset ObservedAt, double? Celsius, string? Fault = null, DateTimeOffset? DoorOpenSince = null)
{
    public static ProbeSample Of(TemperatureEvent e) => new(e.ObservedAt, e.Celsius, e.Fault, e.DoorOpenSince);
}
