namespace EdgeGateway.Contracts;

/// <summary>What the bits of an RFID tag mean.</summary>
/// <param name="Uri"><c>urn:epc:id:…</c>, a GS1 Digital Link or <c>raw:HEX</c>: the key of the item.</param>
/// <param name="Hex">The bits, upper-case hex.</param>
/// <param name="TagUri"><c>urn:epc:tag:…</c> of a 96-bit scheme.</param>
/// <param name="Gtin">GTIN-14 when it names a trade item.</param>
/// <param name="Sscc">SSCC-18 when it names a logistic unit.</param>
public sealed record EpcTag(string Uri, string Hex, string? TagUri = null, string? Gtin = null, string? Sscc = null);
