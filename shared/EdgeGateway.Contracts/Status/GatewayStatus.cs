using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>A gateway's heartbeat: the value of a record of <see cref="Topics.Status"/>. Present state, never buffered.</summary>
public sealed record GatewayStatus
{
    /// <summary>Longest value that is read: some thousand devices.</summary>
    public const int MaxBytes = 1024 * 1024;

    public required string Gateway { get; init; }

    public required string Store { get; init; }

    /// <summary>The N of its <c>ce_id</c> <c>gateway/store/status/N</c>; from 1, rising while the agent runs.</summary>
    public required long StatusNumber { get; init; }

    public required string Site { get; init; }

    public string? Asset { get; init; }

    public required DateTimeOffset ObservedAt { get; init; }

    public required string Version { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Events that Kafka has not acknowledged.</summary>
    public required long Buffered { get; init; }

    public DateTimeOffset? OldestBufferedAt { get; init; }

    /// <summary>All files of the buffer together.</summary>
    public required long BufferBytes { get; init; }

    /// <summary>Highest seq given in this store; 0 before the first.</summary>
    public required long LastSeq { get; init; }

    public required ClockQuality Clock { get; init; }

    public IReadOnlyList<DeviceStatus> Devices { get; init; } = [];

    /// <summary>Alarms open at the edge.</summary>
    public IReadOnlyList<EdgeAlarm> Alarms { get; init; } = [];

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StatusJson.Default.GatewayStatus);

    /// <exception cref="FormatException">The value is no status; the message says where and why.</exception>
    public static GatewayStatus Parse(ReadOnlySpan<byte> value)
    {
        if (value.Length > MaxBytes)
        {
            throw new FormatException($"the value has {value.Length} bytes, more than {MaxBytes}");
        }

        try
        {
            var status = JsonSerializer.Deserialize(value, StatusJson.Default.GatewayStatus)
                ?? throw new FormatException("the value is not a JSON object");
            status.Check();
            return status;
        }
        catch (JsonException e)
        {
            throw new FormatException($"the value is no status: {e.Message}", e);
        }
    }

    private void Check()
    {
        foreach (var (id, name) in new[] { (Gateway, "gateway"), (Store, "store"), (Site, "site") })
        {
            if (id is null || id.Length is < 1 or > 128 || id.Contains('/'))
            {
                throw new FormatException($"{name} is not 1 to 128 characters without a slash");
            }
        }

        if (StatusNumber < 1 || Buffered < 0 || BufferBytes < 0 || LastSeq < 0)
        {
            throw new FormatException("statusNumber is less than 1, or buffered, bufferBytes or lastSeq less than 0");
        }

        if (Devices is null || Alarms is null || Devices.Any(d => d is null) || Alarms.Any(a => a is null))
        {
            throw new FormatException("devices or alarms is null or holds a null");
        }
    }
}
