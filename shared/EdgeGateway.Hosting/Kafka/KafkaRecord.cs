namespace EdgeGateway.Hosting;

/// <summary>A record in the client's own memory, valid while it is handled.</summary>
public readonly ref struct KafkaRecord
{
    public required string Topic { get; init; }

    public required int Partition { get; init; }

    public required long Offset { get; init; }

    /// <summary>Kafka's timestamp, Unix milliseconds; -1 when there is none.</summary>
    public long At { get; init; }

    public ReadOnlySpan<byte> Key { get; init; }

    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>False for a record without a key, which is not the same as an empty one.</summary>
    public bool HasKey { get; init; }

    /// <inheritdoc cref="HasKey"/>
    public bool HasValue { get; init; }

    /// <summary>No record: the partition has nothing at <see cref="Offset"/> yet.</summary>
    public bool IsPartitionEnd { get; init; }
}

/// <summary>Takes a record.</summary>
public delegate void RecordHandler(in KafkaRecord record);
