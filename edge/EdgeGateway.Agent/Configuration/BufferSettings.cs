namespace EdgeGateway.Agent.Configuration;

/// <summary>Where events wait for Kafka.</summary>
public sealed record BufferSettings
{
    /// <summary>Database file; the agent keeps its other state in the same folder.</summary>
    public string Path { get; init; } = "buffer.db";

    /// <summary>Bytes that the buffer's files together never exceed.</summary>
    public long MaxBytes { get; init; } = 2L << 30;

    /// <summary>Free bytes of the disk left to others.</summary>
    public long ReserveBytes { get; init; } = 64L << 20;
}
