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
    public static GatewayStatus Parse(ReadOnlySpan<byte> value) => RecordReader.Whole(value, Read, MaxBytes);

    private static GatewayStatus Read(scoped ref RecordReader json)
    {
        string? gateway = null, store = null, site = null, asset = null, version = null, clock = null;
        long? number = null, buffered = null, bytes = null, lastSeq = null;
        DateTimeOffset? observedAt = null, startedAt = null, oldest = null;
        List<DeviceStatus> devices = [];
        List<EdgeAlarm> alarms = [];
        while (json.Next())
        {
            switch (json.NameText)
            {
                case "gateway": gateway = json.Id(); break;
                case "store": store = json.Id(); break;
                case "statusNumber": number = json.Integer(1); break;
                case "site": site = json.Id(); break;
                case "asset": asset = json.Text(); break;
                case "observedAt": observedAt = json.EventTime(); break;
                case "version": version = json.Text(); break;
                case "startedAt": startedAt = json.Time(); break;
                case "buffered": buffered = json.Integer(0); break;
                case "oldestBufferedAt": oldest = json.Time(); break;
                case "bufferBytes": bytes = json.Integer(0); break;
                case "lastSeq": lastSeq = json.Integer(0); break;
                case "clock": clock = json.Text(); break;
                case "devices": devices = json.Objects(DeviceStatus.Read); break;
                case "alarms": alarms = json.Objects(EdgeAlarm.Read); break;
                default: json.Skip(); break;
            }
        }

        return new GatewayStatus
        {
            Gateway = RecordReader.Required(gateway, "gateway"),
            Store = RecordReader.Required(store, "store"),
            StatusNumber = RecordReader.Required(number, "statusNumber"),
            Site = RecordReader.Required(site, "site"),
            Asset = asset,
            ObservedAt = RecordReader.Required(observedAt, "observedAt"),
            Version = RecordReader.Required(version, "version"),
            StartedAt = RecordReader.Required(startedAt, "startedAt"),
            Buffered = RecordReader.Required(buffered, "buffered"),
            OldestBufferedAt = oldest,
            BufferBytes = RecordReader.Required(bytes, "bufferBytes"),
            LastSeq = RecordReader.Required(lastSeq, "lastSeq"),
            Clock = ClockNames.Parse(RecordReader.Required(clock, "clock")),
            Devices = devices,
            Alarms = alarms,
        };
    }
}
