namespace EdgeGateway.Buffer;

/// <summary>
/// What may be given up when the buffer runs out of space, least important first. The agent judges it when it
/// appends, because only there the excursion rules and the tag smoothing are at hand.
/// </summary>
public enum Importance
{
    /// <summary>A tag read that says nothing new about where the tag is. Goes first.</summary>
    RepeatTag = 0,

    /// <summary>A position within the planned way.</summary>
    PositionInRange = 1,

    /// <summary>A temperature within its profile's limits; thinned to minimum, mean and maximum per window.</summary>
    TemperatureInRange = 2,

    /// <summary>Excursions, faults, inputs, inventory and ledger entries: never given up.</summary>
    Evidence = 3,
}
