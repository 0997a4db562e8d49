using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>A business fact about stock from another system: the value of a record of <see cref="Topics.Movements"/>.</summary>
public sealed record InventoryMovement
{
    /// <summary>More than any site holds of one article.</summary>
    public const long MaxQuantity = 1_000_000_000;

    /// <summary>Idempotency key: the same id for the same <see cref="Key"/> is the same fact.</summary>
    public required string Id { get; init; }

    public required string Site { get; init; }

    /// <summary>For serialised items the GTIN-14.</summary>
    public required string Sku { get; init; }

    public required MovementKind Kind { get; init; }

    /// <summary>Units, at least 1; what was counted may be 0.</summary>
    public required long Quantity { get; init; }

    /// <summary>Where a transfer goes.</summary>
    public string? ToSite { get; init; }

    public string? Channel { get; init; }

    /// <summary>Order, cart or shipment.</summary>
    public string? Reference { get; init; }

    /// <summary>When a reservation lapses by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Kafka key.</summary>
    public string Key => Site + "/" + Sku;

    public void Write(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        json.WriteString("site"u8, Site);
        json.WriteString("sku"u8, Sku);
        json.WriteString("kind"u8, NameOf(Kind));
        json.WriteNumber("quantity"u8, Quantity);
        json.WriteStringIfSet("toSite"u8, ToSite);
        json.WriteStringIfSet("channel"u8, Channel);
        json.WriteStringIfSet("reference"u8, Reference);
        json.WriteTimeIfSet("expiresAt"u8, ExpiresAt);
        json.WriteStringIfSet("by"u8, By);
        json.WriteStringIfSet("reason"u8, Reason);
        Timestamp.Write(json, "occurredAt"u8, OccurredAt);
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">The value is no movement; the message names the field and what is wrong with it.</exception>
    public static InventoryMovement Parse(ReadOnlySpan<byte> value)
    {
        var record = MovementRecord.Parse(value);
        return new InventoryMovement
        {
            Id = Encoding.UTF8.GetString(record.Id),
            Site = Encoding.UTF8.GetString(record.Site),
            Sku = Encoding.UTF8.GetString(record.Sku),
            Kind = record.Kind,
            Quantity = record.Quantity,
            ToSite = TextOf(record.ToSite),
            Channel = TextOf(record.Channel),
            Reference = TextOf(record.Reference),
            ExpiresAt = record.ExpiresAt,
            By = TextOf(record.By),
            Reason = TextOf(record.Reason),
            OccurredAt = record.OccurredAt,
        };
    }

    /// <summary>How a kind is spelled on the wire.</summary>
    public static string NameOf(MovementKind kind) => kind switch
    {
        MovementKind.Received => "received",
        MovementKind.Shipped => "shipped",
        MovementKind.Returned => "returned",
        MovementKind.Damaged => "damaged",
        MovementKind.Transferred => "transferred",
        MovementKind.Counted => "counted",
        MovementKind.Reserved => "reserved",
        MovementKind.Released => "released",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of movement"),
    };

    internal static MovementKind KindOf(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("received"u8) => MovementKind.Received,
        _ when name.SequenceEqual("shipped"u8) => MovementKind.Shipped,
        _ when name.SequenceEqual("returned"u8) => MovementKind.Returned,
        _ when name.SequenceEqual("damaged"u8) => MovementKind.Damaged,
        _ when name.SequenceEqual("transferred"u8) => MovementKind.Transferred,
        _ when name.SequenceEqual("counted"u8) => MovementKind.Counted,
        _ when name.SequenceEqual("reserved"u8) => MovementKind.Reserved,
        _ when name.SequenceEqual("released"u8) => MovementKind.Released,
        _ => throw new FormatException(
            $"kind is '{Encoding.UTF8.GetString(name)}', not one of received, shipped, returned, damaged, transferred, counted, reserved, released"),
    };

    private static string? TextOf(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
}
