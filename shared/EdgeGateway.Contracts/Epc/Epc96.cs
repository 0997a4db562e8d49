using System.Globalization;

namespace EdgeGateway.Contracts;

/// <summary>The five 96-bit schemes: header 8, filter 3, partition 3, company prefix, reference, and the rest as serial.</summary>
internal static class Epc96
{
    public const int HexDigits = 24;
    private const int FieldBits = 96 - 8 - 3 - 3;

    /// <summary>Null when the bits break the scheme.</summary>
    public static EpcTag? Decode(EpcScheme scheme, BitReader bits, string hex)
    {
        if (bits.Left != 96 || !bits.TryRead(8, out int _) || !bits.TryRead(3, out int filter)
            || !bits.TryRead(3, out int partition) || partition == 7)
        {
            return null;
        }

        var layout = EpcPartition.Of(scheme)[partition];
        var serialBits = SerialBits(layout);
        if (!bits.TryRead(layout.PrefixBits, out UInt128 prefixNumber) || !Digits(prefixNumber, layout.PrefixDigits, out var prefix)
            || !bits.TryRead(layout.ReferenceBits, out UInt128 referenceNumber) || !Digits(referenceNumber, layout.ReferenceDigits, out var reference)
            || !bits.TryRead(serialBits, out UInt128 serial) || (scheme == EpcScheme.Sscc96 && serial != 0))
        {
            return null;
        }

        var fields = scheme is EpcScheme.Sscc96 or EpcScheme.Giai96 ? $"{prefix}.{reference}" : $"{prefix}.{reference}.{serial}";
        var name = Name(scheme);
        var key = scheme is EpcScheme.Sgtin96 or EpcScheme.Sscc96 ? WithCheckDigit($"{reference[0]}{prefix}{reference[1..]}") : null;
        return new EpcTag($"urn:epc:id:{name}:{fields}", hex, $"urn:epc:tag:{name}-96:{filter}.{fields}")
        {
            Scheme = scheme,
            Filter = filter,
            Gtin = scheme == EpcScheme.Sgtin96 ? key : null,
            Sscc = scheme == EpcScheme.Sscc96 ? key : null,
        };
    }

    /// <exception cref="FormatException">The fields do not make such a tag.</exception>
    public static string Encode(EpcScheme scheme, int filter, ReadOnlySpan<string> fields)
    {
        var expected = scheme is EpcScheme.Sscc96 or EpcScheme.Giai96 ? 2 : 3;
        if (filter is < 0 or > 7 || fields.Length != expected)
        {
            throw new FormatException($"{Name(scheme)}-96 has a filter of 0 to 7 and {expected} fields");
        }

        var partition = 12 - fields[0].Length;
        var layouts = EpcPartition.Of(scheme);
        if (partition < 0 || partition >= layouts.Length)
        {
            throw new FormatException($"the company prefix '{fields[0]}' has not 6 to 12 digits");
        }

        var layout = layouts[partition];
        if (layout.ReferenceDigits >= 0 && fields[1].Length != layout.ReferenceDigits)
        {
            throw new FormatException($"the reference '{fields[1]}' has not {layout.ReferenceDigits} digits");
        }

        var bits = new BitWriter();
        bits.Write((uint)scheme, 8);
        bits.Write((uint)filter, 3);
        bits.Write((uint)partition, 3);
        bits.Write(Number(fields[0], layout.PrefixBits), layout.PrefixBits);
        bits.Write(layout.ReferenceDigits < 0 ? PlainNumber(fields[1], layout.ReferenceBits) : Number(fields[1], layout.ReferenceBits), layout.ReferenceBits);
        bits.Write(expected == 3 ? PlainNumber(fields[2], SerialBits(layout)) : 0, SerialBits(layout));
        return bits.ToHex();
    }

    /// <summary>As in URIs.</summary>
    public static string Name(EpcScheme scheme) => scheme switch
    {
        EpcScheme.Sgtin96 => "sgtin",
        EpcScheme.Sscc96 => "sscc",
        EpcScheme.Sgln96 => "sgln",
        EpcScheme.Grai96 => "grai",
        EpcScheme.Giai96 => "giai",
        _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "no 96-bit scheme"),
    };

    private static int SerialBits(EpcPartition layout) => FieldBits - layout.PrefixBits - layout.ReferenceBits;

    private static string WithCheckDigit(string digits) => digits + CheckDigit.Of(digits);

    /// <summary>The number with leading zeros; false when it needs more digits than there are.</summary>
    private static bool Digits(UInt128 number, int digits, out string text)
    {
        text = digits == 0 && number == 0 ? "" : number.ToString(digits > 0 ? "D" + digits : "D", CultureInfo.InvariantCulture);
        return digits < 0 || text.Length == digits;
    }

    private static UInt128 Number(string digits, int bits)
    {
        if (digits.Length == 0)
        {
            return 0;
        }

        return UInt128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >> bits == 0
            ? number
            : throw new FormatException($"'{digits}' is no number of at most {bits} bits");
    }

    /// <summary>A number whose leading zeros would be lost.</summary>
    private static UInt128 PlainNumber(string digits, int bits) =>
        digits.Length > 0 && (digits == "0" || digits[0] != '0')
            ? Number(digits, bits)
            : throw new FormatException($"'{digits}' is no number without leading zeros, as a 96-bit tag needs it");
}
