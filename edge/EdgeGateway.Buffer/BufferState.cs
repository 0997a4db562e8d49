namespace EdgeGateway.Buffer;

/// <summary>Whether the buffer takes events, and at what price.</summary>
public enum BufferState
{
    /// <summary>Takes events.</summary>
    Ok,

    /// <summary>Takes events by giving up less important ones; each has a ledger entry.</summary>
    Shedding,

    /// <summary>Holds nothing but evidence and has no space: waits for Kafka or for a larger disk.</summary>
    Full,

    /// <summary>The disk refuses: nothing is taken, the same events are tried again with back-off.</summary>
    Failing,
}
