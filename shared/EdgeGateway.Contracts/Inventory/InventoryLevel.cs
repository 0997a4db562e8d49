using System.Buffers;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>How much of an article a site has: the value of a record of <see cref="Topics.Levels"/>.</summary>
/// <param name="Site">With the sku also the record's key.</param>
/// <param name="Sku">For serialised items the GTIN-14.</param>
/// <param name="OnHand">Units there; negative when more left than was ever known to come.</param>
/// <param name="Reserved">Units of these that are promised.</param>
/// <param name="UpdatedAt">Event time of the newest fact behind the numbers.</param>
public readonly record struct InventoryLevel(string Site, string Sku, long OnHand, long Reserved, DateTimeOffset UpdatedAt)
{
    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public long Available => OnHand - Reserved;

    /// <summary>Kafka key.</summary>
    public string Key => Site + "/" + Sku;

    public void Write(IBufferWriter<byte> output)
    {
        var json = _writer ??= new Utf8JsonWriter(output);
        json.Reset(output);
        json.WriteStartObject();
        json.WriteString("site"u8, Site);
        json.WriteString("sku"u8, Sku);
        json.WriteNumber("onHand"u8, OnHand);
        json.WriteNumber("reserved"u8, Reserved);
        json.WriteNumber("available"u8, Available);
        Timestamp.Write(json, "updatedAt"u8, UpdatedAt);
        json.WriteEndObject();
        json.Flush();
    }

    /// <exception cref="FormatException">The value is no level; the message names the field.</exception>
    public static InventoryLevel Parse(ReadOnlySpan<byte> value) => RecordReader.Whole(value, Read);

    private static InventoryLevel Read(scoped ref RecordReader json)
    {
        string? site = null, sku = null;
        long? onHand = null, reserved = null, available = null;
        DateTimeOffset? updatedAt = null;
        while (json.Next())
        {
            switch (json.NameText)
            {
                case "site": site = json.Id(); break;
                case "sku": sku = json.Id(); break;
                case "onHand": onHand = json.Integer(long.MinValue); break;
                case "reserved": reserved = json.Integer(0); break;
                case "available": available = json.Integer(long.MinValue); break;
                case "updatedAt": updatedAt = json.Time(); break;
                default: json.Skip(); break;
            }
        }

        RecordReader.Required(available, "available");
        return new InventoryLevel(
            RecordReader.Required(site, "site"),
            RecordReader.Required(sku, "sku"),
            RecordReader.Required(onHand, "onHand"),
            RecordReader.Required(reserved, "reserved"),
            RecordReader.Required(updatedAt, "updatedAt"));
    }
}
