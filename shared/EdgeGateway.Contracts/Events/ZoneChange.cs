namespace EdgeGateway.Contracts;

/// <summary>What a vehicle did at a zone; on the wire in lower case.</summary>
public enum ZoneChange
{
    Entered,

    /// <summary>It has stayed for the zone's dwell time.</summary>
    Dwelled,
    Left,
}
