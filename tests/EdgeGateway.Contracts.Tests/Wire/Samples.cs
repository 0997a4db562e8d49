using System.Buffers;
using System.Text.Json;

namespace EdgeGateway.Contracts.Tests.Wire;

/// <summary>Full and minimal records of every topic, as our writers write them, and the reader of each.</summary>
internal static class Samples
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public static readonly EventHead Head = new("store-1", "01J", 7, "dallas", "truck-4", "probe-1", At, ClockQuality.Ntp);

    public static readonly IReadOnlyList<GatewayEvent> Events =
    [
        new TemperatureEvent { Device = "d", ObservedAt = At, Celsius = 4.5 },
        new TemperatureEvent { Device = "d", ObservedAt = At, Celsius = -20.25, Humidity = 55.5, Battery = 86, Profile = "frozen", DoorOpenSince = At },
        new TemperatureEvent { Device = "d", ObservedAt = At, Fault = "power-on value" },
        new PositionEvent { Device = "d", ObservedAt = At, Latitude = 46.498293369, Longitude = 7.567411672 },
        new PositionEvent { Device = "d", ObservedAt = At, Latitude = -90, Longitude = 180, AccuracyMetres = 36, SpeedMetresPerSecond = 0.091, CourseDegrees = 10.3788 },
        new PositionEvent { Device = "d", ObservedAt = At, Latitude = 32.7767, Longitude = -96.797, Zone = "depot", Change = ZoneChange.Entered },
        new PositionEvent { Device = "d", ObservedAt = At, Latitude = 32.7767, Longitude = -96.797, Zone = "depot", Change = ZoneChange.Dwelled, Inside = TimeSpan.FromMinutes(10) },
        new PositionEvent { Device = "d", ObservedAt = At, Latitude = 32.7767, Longitude = -96.797, Zone = "depot", Change = ZoneChange.Left, Inside = TimeSpan.FromSeconds(901.5) },
        new TagEvent { Device = "d", ObservedAt = At, Epc = "raw:E280", Hex = "E280", Zone = "dock-1", Passage = "shelf", Change = TagChange.Departed },
        new TagEvent
        {
            Device = "d", ObservedAt = At, Epc = "urn:epc:id:sgtin:0614141.812345.6789", Hex = "3074257BF7194E4000001A85", Gtin = "80614141123458",
            Sscc = "106141412345678908", Zone = "dock \"1\"", Passage = "receiving", Change = TagChange.Arrived, Reads = 12, RssiDbm = -54.5, Antenna = 3,
        },
        new TagEvent { Device = "d", ObservedAt = At, Epc = "raw:E280", Hex = "E280", Zone = "Süd", Passage = "shipping", Change = TagChange.Moved },
        new InputEvent { Device = "d", ObservedAt = At, Kind = "door", Active = true },
        new LedgerEvent { Device = "d", ObservedAt = At, Kind = "thinned", FromSeq = 1, ToSeq = 9, LostFamily = "tags", Count = 8, Reason = "the disk is full", LostStore = "01H" },
    ];

    public static readonly GatewayStatus Status = new()
    {
        Gateway = "store-1", Store = "01J", StatusNumber = 3, Site = "dallas", Asset = "truck-4", ObservedAt = At, Version = "0.1.0", StartedAt = At,
        Buffered = 12, OldestBufferedAt = At, BufferBytes = 4096, LastSeq = 99, Clock = ClockQuality.Gps,
        Devices =
        [
            new DeviceStatus
            {
                Id = "probe-1", Driver = "w1", Kind = "temperature", Health = "faulty", Detail = "crc", LastAt = At, AgeSeconds = 1.5, Profile = "chilled",
                Refused = 2, LastValue = JsonDocument.Parse("""{"celsius":4.5}""").RootElement,
            },
            new DeviceStatus { Id = "door-1", Driver = "gpio", Kind = "input", Health = "unknown" },
        ],
        Alarms = [new EdgeAlarm("probe-1", "excursion", "above 8 for 30m", At, 9.5), new EdgeAlarm("probe-1", "fault", "fault", At)],
    };

    public static readonly IReadOnlyList<InventoryMovement> Movements =
    [
        .. Enum.GetValues<MovementKind>().Select(kind => new InventoryMovement
        {
            Id = "m-1", Site = "dallas", Sku = "80614141123458", Kind = kind, Quantity = kind == MovementKind.Counted ? 0 : 12,
            ToSite = kind == MovementKind.Transferred ? "austin" : null, OccurredAt = At,
        }),
        new InventoryMovement
        {
            Id = "m-2", Site = "dallas", Sku = "80614141123458", Kind = MovementKind.Reserved, Quantity = 2, ToSite = "austin", Channel = "web",
            Reference = "cart-5", ExpiresAt = At, By = "ann", Reason = "order", OccurredAt = At,
        },
    ];

    public static readonly IReadOnlyList<Alert> Alerts =
    [
        new Alert { Id = "low-stock/dallas/1", Kind = "low-stock", Severity = Severities.Warning, State = "open", Rule = "below 100", OpenedAt = At, DetectedAt = At },
        new Alert
        {
            Id = "g/d/excursion/above-8/1", Kind = "excursion", Severity = Severities.Critical, State = "resolved", Gateway = "g", Device = "d", Site = "s", Asset = "a",
            Sku = "k", Rule = "above 8", OpenedAt = At, DetectedAt = At, ResolvedAt = At, Late = true, PeakCelsius = 9, MktCelsius = 8.5, AcknowledgedBy = "ann", Note = "moved",
        },
    ];

    public static readonly InventoryLevel Level = new("dallas", "80614141123458", -3, 2, At);

    /// <summary>Every sample as its topic and the bytes its writer wrote.</summary>
    public static IEnumerable<(string Topic, byte[] Value)> All() =>
    [
        .. Events.Select(e => (Topics.Of(e.Family), Value(e))),
        (Topics.Status, Status.ToJson()),
        .. Movements.Select(movement => (Topics.Movements, Written(movement.Write))),
        (Topics.Levels, Written(Level.Write)),
        .. Alerts.Select(alert => (Topics.Alerts, Written(alert.Write))),
    ];

    public static byte[] Value(GatewayEvent e)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            e.WriteFields(json);
            json.WriteEndObject();
        }

        return Written(output => EventRecord.Write(output, Head, body.WrittenSpan));
    }

    public static object Parse(string topic, ReadOnlySpan<byte> value) => topic switch
    {
        Topics.Status => GatewayStatus.Parse(value),
        Topics.Movements => InventoryMovement.Parse(value),
        Topics.Levels => InventoryLevel.Parse(value),
        Topics.Alerts => Alert.Parse(value),
        _ => EventRecord.Parse(topic, value),
    };

    private static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
