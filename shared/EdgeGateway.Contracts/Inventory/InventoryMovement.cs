using System.Buffers;
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
    public static InventoryMovement Parse(ReadOnlySpan<byte> value) => RecordReader.Whole(value, Read);

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

    private static InventoryMovement Read(ref RecordReader json)
    {
        string? id = null, site = null, sku = null, toSite = null, channel = null, reference = null, by = null, reason = null;
        MovementKind? kind = null;
        long? quantity = null;
        DateTimeOffset? expiresAt = null, occurredAt = null;
        while (json.Next())
        {
            switch (json.NameText)
            {
                case "id": id = json.Unique(); break;
                case "site": site = json.Id(); break;
                case "sku": sku = json.Id(); break;
                case "kind": kind = KindOf(json.Text()); break;
                case "quantity": quantity = json.Integer(0, MaxQuantity); break;
                case "toSite": toSite = json.Id(); break;
                case "channel": channel = json.Text(); break;
                case "reference": reference = json.Text(); break;
                case "expiresAt": expiresAt = json.Time(); break;
                case "by": by = json.Text(); break;
                case "reason": reason = json.Text(); break;
                case "occurredAt": occurredAt = json.Time(); break;
                default: json.Skip(); break;
            }
        }

        var movement = new InventoryMovement
        {
            Id = RecordReader.Required(id, "id"),
            Site = RecordReader.Required(site, "site"),
            Sku = RecordReader.Required(sku, "sku"),
            Kind = RecordReader.Required(kind, "kind"),
            Quantity = RecordReader.Required(quantity, "quantity"),
            ToSite = toSite,
            Channel = channel,
            Reference = reference,
            ExpiresAt = expiresAt,
            By = by,
            Reason = reason,
            OccurredAt = RecordReader.Required(occurredAt, "occurredAt"),
        };
        movement.Check();
        return movement;
    }

    private void Check()
    {
        if (Quantity == 0 && Kind != MovementKind.Counted)
        {
            throw new FormatException("quantity is 0, which only a count may find");
        }

        if (Kind == MovementKind.Transferred && (ToSite is null || ToSite == Site))
        {
            throw new FormatException(ToSite is null ? "toSite is missing, where a transfer goes" : "toSite is the site the transfer leaves");
        }
    }

    private static MovementKind KindOf(string name) => name switch
    {
        "received" => MovementKind.Received,
        "shipped" => MovementKind.Shipped,
        "returned" => MovementKind.Returned,
        "damaged" => MovementKind.Damaged,
        "transferred" => MovementKind.Transferred,
        "counted" => MovementKind.Counted,
        "reserved" => MovementKind.Reserved,
        "released" => MovementKind.Released,
        _ => throw new FormatException(
            $"kind is '{name}', not one of received, shipped, returned, damaged, transferred, counted, reserved, released"),
    };
}
