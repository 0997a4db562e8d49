using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>A tag arrived in, moved within or left the field of a reader.</summary>
public sealed record TagEvent : GatewayEvent
{
    public TagEvent()
    {
    }

    [SetsRequiredMembers]
    private TagEvent(in EventHead head)
        : base(head)
    {
    }

    /// <summary><c>urn:epc:id:…</c>, a GS1 Digital Link or <c>raw:HEX</c>.</summary>
    public required string Epc { get; init; } = "";

    /// <summary>The bits of the tag, upper-case hex.</summary>
    public required string Hex { get; init; } = "";

    /// <summary>GTIN-14 when the tag names a trade item: the SKU.</summary>
    public string? Gtin { get; init; }

    /// <summary>SSCC-18 when the tag names a logistic unit.</summary>
    public string? Sscc { get; init; }

    public required string Zone { get; init; } = "";

    /// <summary><c>receiving</c>, <c>shipping</c> or <c>shelf</c>.</summary>
    public required string Passage { get; init; } = "";

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

    internal static TagEvent Read(scoped ref RecordReader json)
    {
        HeadFields head = default;
        string? epc = null, hex = null, gtin = null, sscc = null, zone = null, passage = null;
        TagChange? change = null;
        long reads = 1;
        long? antenna = null;
        double? rssi = null;
        while (json.Next())
        {
            switch (json.NameText)
            {
                case "epc":
                    epc = json.Text();
                    break;
                case "hex":
                    hex = json.Text();
                    break;
                case "gtin":
                    gtin = json.Text(14);
                    break;
                case "sscc":
                    sscc = json.Text(18);
                    break;
                case "zone":
                    zone = json.Text();
                    break;
                case "passage":
                    passage = json.OneOf("receiving", "shipping", "shelf");
                    break;
                case "change":
                    change = json.OneOf("arrived", "moved", "departed") switch
                    {
                        "arrived" => TagChange.Arrived,
                        "moved" => TagChange.Moved,
                        _ => TagChange.Departed,
                    };
                    break;
                case "reads":
                    reads = json.Integer(1, int.MaxValue);
                    break;
                case "rssiDbm":
                    rssi = json.Number(-200, 100);
                    break;
                case "antenna":
                    antenna = json.Integer(0, 65535);
                    break;
                default:
                    head.Read(ref json);
                    break;
            }
        }

        return new TagEvent(head.ToHead())
        {
            Epc = RecordReader.Required(epc, "epc"),
            Hex = RecordReader.Required(hex, "hex"),
            Gtin = gtin,
            Sscc = sscc,
            Zone = RecordReader.Required(zone, "zone"),
            Passage = RecordReader.Required(passage, "passage"),
            Change = RecordReader.Required(change, "change"),
            Reads = (int)reads,
            RssiDbm = rssi,
            Antenna = (int?)antenna,
        };
    }
}

/// <summary>What a tag did; on the wire in lower case.</summary>
public enum TagChange
{
    Arrived,
    Moved,
    Departed,
}
