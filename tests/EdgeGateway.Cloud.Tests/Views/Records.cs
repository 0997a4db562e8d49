using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Tests.Views;

/// <summary>Records of one gateway, numbered as its buffer would, and movements.</summary>
internal sealed class Records
{
    private long seq;
    private long movements;

    public string Gateway { get; init; } = "truck-1";

    public string Site { get; init; } = "dallas";

    public string Store { get; init; } = "s1";

    public TemperatureEvent Temperature(double minute, double celsius, string device = "probe-1") => new()
    {
        Gateway = Gateway, Store = Store, Seq = ++seq, Site = Site, Device = device, Profile = "chilled", Celsius = celsius, ObservedAt = At(minute), Clock = ClockQuality.Ntp,
    };

    public TagEvent Tag(double minute, int serial, string passage, TagChange change = TagChange.Arrived, string? site = null) => new()
    {
        Gateway = Gateway, Store = Store, Seq = ++seq, Site = site ?? Site, Device = "portal-1", Epc = $"urn:epc:id:sgtin:0614141.812345.{serial}",
        Hex = "3074257BF7194E4000001A85", Gtin = "80614141123458", Zone = "dock-1", Passage = passage, Change = change, ObservedAt = At(minute), Clock = ClockQuality.Ntp,
    };

    public LedgerEvent Ledger(double minute, long from, long to, long count, string kind = "shed") => new()
    {
        Gateway = Gateway, Store = Store, Seq = ++seq, Site = Site, Device = "gateway", Kind = kind, FromSeq = from, ToSeq = to, LostFamily = "temperature",
        Count = count, Reason = "the disk was full", ObservedAt = At(minute), Clock = ClockQuality.Ntp,
    };

    public GatewayStatus Status(double minute, long buffered = 0, double? oldestMinute = null) => new()
    {
        Gateway = Gateway, Store = Store, StatusNumber = 1, Site = Site, ObservedAt = At(minute), Version = "1", StartedAt = At(0), Buffered = buffered,
        OldestBufferedAt = oldestMinute is { } oldest ? At(oldest) : null, BufferBytes = 1, LastSeq = seq, Clock = ClockQuality.Ntp,
    };

    public InventoryMovement Movement(
        double minute, MovementKind kind, long quantity, string? id = null, string sku = "milk", string? reference = null, double? expires = null, string? toSite = null) => new()
    {
        Id = id ?? $"m-{++movements}", Site = Site, Sku = sku, Kind = kind, Quantity = quantity, Reference = reference, ToSite = toSite,
        ExpiresAt = expires is { } end ? At(end) : null, OccurredAt = At(minute),
    };

    /// <summary>Takes a number that no record will have.</summary>
    public void Skip(int count = 1) => seq += count;

    public static DateTimeOffset At(double minute) => Feed.Start.AddMinutes(minute);
}
