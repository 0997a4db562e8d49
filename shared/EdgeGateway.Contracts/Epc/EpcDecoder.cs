namespace EdgeGateway.Contracts;

/// <summary>Reads tags by the GS1 Tag Data Standard: the 96-bit schemes, and the "plus" schemes of version 2.</summary>
public static class EpcDecoder
{
    /// <summary>Longest EPC that a tag can say the length of: 31 words of 16 bits.</summary>
    private const int MaxHexDigits = 124;

    /// <summary>
    /// Never throws: what is no scheme, or breaks its own, is a raw tag. Factory tags are, and can be followed all the same.
    /// </summary>
    public static EpcTag Decode(ReadOnlySpan<char> hex)
    {
        var text = string.Create(hex.Length, hex, static (upper, from) => from.ToUpperInvariant(upper));
        Span<byte> bytes = stackalloc byte[MaxHexDigits / 2];
        if (hex.Length < 2 || !TryReadHex(hex, bytes))
        {
            return Raw(text);
        }

        var bits = new BitReader(bytes, hex.Length * 4);
        var scheme = (EpcScheme)bytes[0];
        return scheme switch
        {
            EpcScheme.Sgtin96 or EpcScheme.Sscc96 or EpcScheme.Sgln96 or EpcScheme.Grai96 or EpcScheme.Giai96 => Epc96.Decode(scheme, bits, text),
            EpcScheme.SgtinPlus or EpcScheme.SsccPlus or EpcScheme.SglnPlus or EpcScheme.GraiPlus or EpcScheme.GiaiPlus => EpcPlus.Decode(scheme, bits, text),
            _ => null,
        } ?? Raw(text);
    }

    private static EpcTag Raw(string hex) => new("raw:" + hex, hex);

    private static bool TryReadHex(ReadOnlySpan<char> hex, Span<byte> bytes)
    {
        if (hex.Length > MaxHexDigits)
        {
            return false;
        }

        bytes.Clear();
        for (var i = 0; i < hex.Length; i++)
        {
            if (!char.IsAsciiHexDigit(hex[i]))
            {
                return false;
            }

            var digit = hex[i] <= '9' ? hex[i] - '0' : (hex[i] | 0x20) - 'a' + 10;
            bytes[i / 2] |= (byte)(i % 2 == 0 ? digit << 4 : digit);
        }

        return true;
    }
}
