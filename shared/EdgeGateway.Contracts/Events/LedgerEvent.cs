using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>A range that was buffered and will not arrive, and why.</summary>
public sealed record LedgerEvent : GatewayEvent
{
    /// <summary><c>shed</c>, <c>expired</c>, <c>corrupt</c> or <c>thinned</c>.</summary>
    public required string Kind { get; init; }

    public required long FromSeq { get; init; }

    /// <summary>Inclusive, at least <see cref="FromSeq"/>.</summary>
    public required long ToSeq { get; init; }

    /// <summary>Family the range lost, in lower case; <c>any</c> when it cannot be known.</summary>
    public required string LostFamily { get; init; }

    /// <summary>Events given up within the range; the others of the range arrive.</summary>
    public required long Count { get; init; }

    public required string Reason { get; init; }

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
    }
}
