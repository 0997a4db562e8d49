using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>A tag arrived in, moved within or left the field of a reader.</summary>
public sealed record TagEvent : GatewayEvent
{
    /// <summary><c>urn:epc:id:…</c>, a GS1 Digital Link or <c>raw:HEX</c>.</summary>
    public required string Epc { get; init; }

    /// <summary>The bits of the tag, upper-case hex.</summary>
    public required string Hex { get; init; }

    /// <summary>GTIN-14 when the tag names a trade item: the SKU.</summary>
    public string? Gtin { get; init; }

    /// <summary>SSCC-18 when the tag names a logistic unit.</summary>
    public string? Sscc { get; init; }

    public required string Zone { get; init; }

    /// <summary><c>receiving</c>, <c>shipping</c> or <c>shelf</c>.</summary>
    public required string Passage { get; init; }

    public required TagChange Change { get; init; }

    /// <summary>Reads that this change stands for, at least 1.</summary>
    public int Reads { get; init; } = 1;

    /// <summary>Strongest of these reads.</summary>
    public double? RssiDbm { get; init; }

    /// <summary>Port of that strongest read, from 1.</summary>
    public int? Antenna { get; init; }

    public override EventFamily Family => EventFamily.Tags;

    public override string Key => Epc;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("epc"u8, Epc);
        json.WriteString("hex"u8, Hex);
        json.WriteStringIfSet("gtin"u8, Gtin);
        json.WriteStringIfSet("sscc"u8, Sscc);
        json.WriteString("zone"u8, Zone);
        json.WriteString("passage"u8, Passage);
        json.WriteString("change"u8, Change switch
        {
            TagChange.Arrived => "arrived"u8,
            TagChange.Moved => "moved"u8,
            _ => "departed"u8,
        });
        json.WriteNumber("reads"u8, Reads);
        json.WriteNumberIfSet("rssiDbm"u8, RssiDbm);
        if (Antenna is { } antenna)
        {
            json.WriteNumber("antenna"u8, antenna);
        }
    }
}

/// <summary>What a tag did; on the wire in lower case.</summary>
public enum TagChange
{
    Arrived,
    Moved,
    Departed,
}
