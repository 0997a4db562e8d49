namespace EdgeGateway.Buffer;

/// <summary>What the page, the metrics and the heartbeat say about the buffer; a snapshot.</summary>
public sealed record BufferStats
{
    public required string Store { get; init; }

    /// <summary>Number of the newest committed event of this store; 0 before the first.</summary>
    public required long LastSeq { get; init; }

    /// <summary>Events on disk that Kafka has not acknowledged.</summary>
    public required long Buffered { get; init; }

    /// <summary>When the oldest of them was observed; null when there is none.</summary>
    public DateTimeOffset? OldestBufferedAt { get; init; }

    /// <summary>Age of that event by the monotonic clock; by the wall clock when it is from an earlier boot.</summary>
    public TimeSpan? OldestAge { get; init; }

    /// <summary>Bytes of database, write-ahead log and shared memory.</summary>
    public required long Bytes { get; init; }

    public required long MaxBytes { get; init; }

    public required BufferState State { get; init; }

    /// <summary>Why the state is not <see cref="BufferState.Ok"/> and what a person can do; null when it is.</summary>
    public string? Reason { get; init; }

    /// <summary>Events committed since the buffer was opened.</summary>
    public required long Appended { get; init; }

    /// <summary>Events acknowledged by Kafka since the buffer was opened.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Events given up for lack of space since the buffer was opened; each range has a ledger entry.</summary>
    public required long Shed { get; init; }

    /// <summary>Events set aside since the buffer was opened because Kafka refuses them for good; each has a ledger entry.</summary>
    public required long Rejected { get; init; }

    /// <summary>Events accepted that wait for their commit.</summary>
    public required int Waiting { get; init; }

    /// <summary>Synced transactions since the buffer was opened.</summary>
    public required long Commits { get; init; }
}
