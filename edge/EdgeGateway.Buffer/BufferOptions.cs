namespace EdgeGateway.Buffer;

/// <summary>Where the buffer lives and how much of the disk it may take.</summary>
public sealed record BufferOptions
{
    /// <summary>Least <see cref="MaxBytes"/> that leaves room for events beside the write-ahead log.</summary>
    public const long LeastMaxBytes = 4 << 20;

    /// <summary>Id of the gateway the events belong to; a file of another gateway is refused.</summary>
    public required string Gateway { get; init; }

    /// <summary>The database file; its write-ahead log, shared memory and lock lie beside it.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes that database, write-ahead log and shared memory together never exceed; at least 4 MiB.</summary>
    public long MaxBytes { get; init; } = 2L << 30;

    /// <summary>Free bytes of the disk that the buffer leaves to others; 0 or more.</summary>
    public long ReserveBytes { get; init; } = 64L << 20;

    /// <summary>Names the boot that the monotonic clock counts from.</summary>
    public string BootId { get; init; } = BootClock.ReadBootId();
}
