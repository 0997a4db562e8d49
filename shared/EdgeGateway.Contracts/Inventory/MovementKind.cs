namespace EdgeGateway.Contracts;

/// <summary>What happened to stock; on the wire in lower case.</summary>
public enum MovementKind
{
    Received,
    Shipped,
    Returned,
    Damaged,

    /// <summary>Leaves the site for another one and is in transit until received there.</summary>
    Transferred,

    /// <summary>The quantity is what was counted, not a difference.</summary>
    Counted,

    Reserved,

    /// <summary>A reservation is given up.</summary>
    Released,
}
