using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>A range that was buffered and will not arrive, and why.</summary>
public sealed record LedgerEvent : GatewayEvent
{
    public LedgerEvent()
    {
    }

    [SetsRequiredMembers]
    private LedgerEvent(in EventHead head)
        : base(head)
    {
    }

    /// <summary><c>shed</c>, <c>expired</c>, <c>corrupt</c> or <c>thinned</c>.</summary>
    public required string Kind { get; init; } = "";

    public required long FromSeq { get; init; }

    /// <summary>Inclusive, at least <see cref="FromSeq"/>.</summary>
    public required long ToSeq { get; init; }

    /// <summary>Family the range lost, in lower case; <c>any</c> when it cannot be known.</summary>
    public required string LostFamily { get; init; } = "";

    /// <summary>Events given up within the range; the others of the range arrive.</summary>
    public required long Count { get; init; }

    /// <summary>In words for a person; cut to 512 characters.</summary>
    public required string Reason { get; init => field = JsonFields.Cut(value); } = "";

    /// <summary>Store that the range was numbered in, when it is not this event's own: the buffer file was replaced in between.</summary>
    public string? LostStore { get; init; }

    public override EventFamily Family => EventFamily.Ledger;

    public override string Key => Gateway;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, Kind);
        json.WriteNumber("fromSeq"u8, FromSeq);
        json.WriteNumber("toSeq"u8, ToSeq);
        json.WriteString("family"u8, LostFamily);
        json.WriteNumber("count"u8, Count);
        json.WriteString("reason"u8, Reason);
        json.WriteStringIfSet("lostStore"u8, LostStore);
    }

    internal static LedgerEvent Read(scoped ref RecordReader json)
    {
        HeadFields head = default;
        string? kind = null, family = null, reason = null, lostStore = null;
        long? from = null, to = null, count = null;
        while (json.Next())
        {
            switch (json.NameText)
            {
                case "kind":
                    kind = json.OneOf("shed", "expired", "corrupt", "thinned");
                    break;
                case "fromSeq":
                    from = json.Integer(1);
                    break;
                case "toSeq":
                    to = json.Integer(1);
                    break;
                case "family":
                    family = json.Text();
                    break;
                case "count":
                    count = json.Integer(0);
                    break;
                case "reason":
                    reason = json.Text();
                    break;
                case "lostStore":
                    lostStore = json.Text();
                    break;
                default:
                    head.Read(ref json);
                    break;
            }
        }

        if (to < from)
        {
            throw new FormatException($"toSeq is {to}, less than fromSeq {from}");
        }

        return new LedgerEvent(head.ToHead())
        {
            Kind = RecordReader.Required(kind, "kind"),
            FromSeq = RecordReader.Required(from, "fromSeq"),
            ToSeq = RecordReader.Required(to, "toSeq"),
            LostFamily = RecordReader.Required(family, "family"),
            Count = RecordReader.Required(count, "count"),
            Reason = RecordReader.Required(reason, "reason"),
            LostStore = lostStore,
        };
    }
}
