namespace EdgeGateway.Contracts;

/// <summary>
/// A movement as it lies in a record's value: its texts are UTF-8 there and not copied, which is what a reader of millions
/// of them wants. An absent text is empty.
/// </summary>
public readonly ref struct MovementRecord
{
    public required ReadOnlySpan<byte> Id { get; init; }

    public required ReadOnlySpan<byte> Site { get; init; }

    public required ReadOnlySpan<byte> Sku { get; init; }

    public required MovementKind Kind { get; init; }

    /// <inheritdoc cref="InventoryMovement.Quantity"/>
    public required long Quantity { get; init; }

    public ReadOnlySpan<byte> ToSite { get; init; }

    public ReadOnlySpan<byte> Channel { get; init; }

    public ReadOnlySpan<byte> Reference { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public ReadOnlySpan<byte> By { get; init; }

    public ReadOnlySpan<byte> Reason { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    /// <exception cref="FormatException">The value is no movement; the message names the field and what is wrong with it.</exception>
    public static MovementRecord Parse(ReadOnlySpan<byte> value) => RecordReader.Whole(value, Read);

    private static MovementRecord Read(scoped ref RecordReader json)
    {
        ReadOnlySpan<byte> id = default, site = default, sku = default, toSite = default, channel = default, reference = default, by = default, reason = default;
        MovementKind? kind = null;
        long? quantity = null;
        DateTimeOffset? expiresAt = null, occurredAt = null;
        while (json.Next())
        {
            switch (json.Name.Length)
            {
                case 2 when json.Is("id"u8): id = json.Utf8Text(); break;
                case 4 when json.Is("site"u8): site = json.Utf8Id(); break;
                case 3 when json.Is("sku"u8): sku = json.Utf8Id(); break;
                case 4 when json.Is("kind"u8): kind = InventoryMovement.KindOf(json.Utf8Text()); break;
                case 8 when json.Is("quantity"u8): quantity = json.Integer(0, InventoryMovement.MaxQuantity); break;
                case 6 when json.Is("toSite"u8): toSite = json.Utf8Id(); break;
                case 7 when json.Is("channel"u8): channel = json.Utf8Text(); break;
                case 9 when json.Is("reference"u8): reference = json.Utf8Text(); break;
                case 9 when json.Is("expiresAt"u8): expiresAt = json.Time(); break;
                case 2 when json.Is("by"u8): by = json.Utf8Text(); break;
                case 6 when json.Is("reason"u8): reason = json.Utf8Text(); break;
                case 10 when json.Is("occurredAt"u8): occurredAt = json.EventTime(); break;
                default: json.Skip(); break;
            }
        }

        var movement = new MovementRecord
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

        if (Kind == MovementKind.Transferred && (ToSite.IsEmpty || ToSite.SequenceEqual(Site)))
        {
            throw new FormatException(ToSite.IsEmpty ? "toSite is missing, where a transfer goes" : "toSite is the site the transfer leaves");
        }
    }
}
