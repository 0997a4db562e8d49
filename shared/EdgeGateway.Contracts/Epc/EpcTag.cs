namespace EdgeGateway.Contracts;

/// <summary>What the bits of an RFID tag mean.</summary>
/// <param name="Uri"><c>urn:epc:id:…</c> of a 96-bit scheme, a GS1 Digital Link of a "plus" scheme, else <c>raw:HEX</c>: the key of the item.</param>
/// <param name="Hex">The bits, upper-case hex.</param>
/// <param name="TagUri"><c>urn:epc:tag:…</c> of a 96-bit scheme.</param>
/// <param name="Gtin">GTIN-14 when it names a trade item.</param>
/// <param name="Sscc">SSCC-18 when it names a logistic unit.</param>
public sealed record EpcTag(string Uri, string Hex, string? TagUri = null, string? Gtin = null, string? Sscc = null)
{
    public EpcScheme Scheme { get; init; }

    /// <summary>0 to 7: what kind of unit it is on, for readers to filter by.</summary>
    public int Filter { get; init; }

    /// <summary>In which of a "plus" scheme's ways its text is encoded; null where there is none.</summary>
    public EpcText? TextEncoding { get; init; }

    /// <summary>In a "plus" scheme the bits of further data after the key, hex, their first bit leftmost; null when there are none.</summary>
    public string? DataAfterKey { get; init; }
}
