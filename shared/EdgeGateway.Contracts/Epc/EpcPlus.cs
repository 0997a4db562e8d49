namespace EdgeGateway.Contracts;

/// <summary>
/// The "plus" schemes: header 8, a bit that says whether further data follow the key, filter 3, the key in
/// binary coded decimal, and text as <see cref="EpcTextCodec"/> has it. Zero bits fill up to the end of the tag's words.
/// </summary>
internal static class EpcPlus
{
    private const int LongestGiai = 30;
    private const int Delimiter = 0xE;
    private const int Terminator = 0xF;

    /// <summary>Null when the bits break the scheme.</summary>
    public static EpcTag? Decode(EpcScheme scheme, BitReader bits, string hex)
    {
        if (!bits.TryRead(8, out int _) || !bits.TryRead(1, out int dataFollow) || !bits.TryRead(3, out int filter))
        {
            return null;
        }

        string? text = null;
        EpcText? encoding = null;
        if (scheme == EpcScheme.GiaiPlus
            ? !TryReadGiai(ref bits, out var key, out encoding)
            : !TryReadDigits(ref bits, Layout(scheme).Digits, out key) || !IsKey(scheme, key)
              || (Layout(scheme).MaxText > 0 && !TryReadText(ref bits, Layout(scheme).MaxText, out text, out encoding)))
        {
            return null;
        }

        var rest = new BitWriter();
        var anyRest = false;
        while (bits.Left > 0 && bits.TryRead(1, out int bit))
        {
            rest.Write((uint)bit, 1);
            anyRest |= bit == 1;
        }

        if (anyRest && dataFollow == 0)
        {
            return null;
        }

        return new EpcTag(Link(scheme, key, text), hex)
        {
            Scheme = scheme,
            Filter = filter,
            Gtin = scheme == EpcScheme.SgtinPlus ? key : null,
            Sscc = scheme == EpcScheme.SsccPlus ? key : null,
            TextEncoding = encoding,
            DataAfterKey = dataFollow == 1 ? rest.ToHex() : null,
        };
    }

    /// <summary>Hex of a tag, not filled up to whole words.</summary>
    /// <exception cref="FormatException">The link names nothing such a scheme can hold.</exception>
    public static string Encode(string link, int filter, EpcText? encoding, string? dataAfterKey)
    {
        if (filter is < 0 or > 7)
        {
            throw new FormatException($"the filter is {filter}, not 0 to 7");
        }

        var (scheme, key, text) = Read(link);
        var bits = new BitWriter();
        bits.Write((uint)scheme, 8);
        bits.Write(dataAfterKey is null ? 0u : 1u, 1);
        bits.Write((uint)filter, 3);
        if (scheme == EpcScheme.GiaiPlus)
        {
            WriteGiai(bits, key, encoding);
        }
        else
        {
            WriteDigits(bits, key);
        }

        if (text is not null)
        {
            EpcTextCodec.Write(bits, text, encoding ?? EpcTextCodec.Shortest(text));
        }

        foreach (var c in dataAfterKey ?? "")
        {
            bits.Write((uint)Convert.ToInt32(c.ToString(), 16), 4);
        }

        return bits.ToHex();
    }

    private static (int Digits, int MaxText) Layout(EpcScheme scheme) => scheme switch
    {
        EpcScheme.SgtinPlus => (14, 20),
        EpcScheme.SsccPlus => (18, 0),
        EpcScheme.SglnPlus => (13, 20),
        EpcScheme.GraiPlus => (14, 16),
        _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "no scheme with a key of fixed length"),
    };

    private static bool IsKey(EpcScheme scheme, string key) =>
        CheckDigit.IsRight(key) && (scheme != EpcScheme.GraiPlus || key[0] == '0');

    private static string Link(EpcScheme scheme, string key, string? text) => scheme switch
    {
        EpcScheme.SgtinPlus => DigitalLink.Make("01", key, "21", text),
        EpcScheme.SsccPlus => DigitalLink.Make("00", key),
        EpcScheme.SglnPlus => DigitalLink.Make("414", key, "254", text),
        EpcScheme.GraiPlus => DigitalLink.Make("8003", key + text),
        _ => DigitalLink.Make("8004", key),
    };

    private static (EpcScheme Scheme, string Key, string? Text) Read(string link)
    {
        var pairs = DigitalLink.Pairs(link);
        (EpcScheme Scheme, string Key, string? Text) read = pairs switch
        {
            [("01", var gtin), .., ("21", var serial)] => (EpcScheme.SgtinPlus, gtin, serial),
            [("00", var sscc)] => (EpcScheme.SsccPlus, sscc, null),
            [("414", var gln), ("254", var extension)] => (EpcScheme.SglnPlus, gln, extension),
            [("8003", { Length: > 14 } grai)] => (EpcScheme.GraiPlus, grai[..14], grai[14..]),
            [("8004", var giai)] => (EpcScheme.GiaiPlus, giai, null),
            _ => throw new FormatException($"'{link}' is no Digital Link of one item, unit, place or asset"),
        };
        if (read.Scheme == EpcScheme.GiaiPlus)
        {
            return read;
        }

        var (digits, maxText) = Layout(read.Scheme);
        if (read.Key.Length != digits || !IsKey(read.Scheme, read.Key))
        {
            throw new FormatException($"'{read.Key}' has not {digits} digits, the last one its check digit");
        }

        if ((read.Text?.Length ?? 0) > maxText || read.Text is "")
        {
            throw new FormatException($"'{read.Text}' has not 1 to {maxText} characters");
        }

        return read;
    }

    private static bool TryReadText(ref BitReader bits, int max, out string? text, out EpcText? encoding)
    {
        var read = EpcTextCodec.TryRead(ref bits, max, out var found, out var how);
        (text, encoding) = (found, how);
        return read;
    }

    private static bool TryReadDigits(ref BitReader bits, int count, out string digits)
    {
        Span<char> characters = stackalloc char[count];
        digits = "";
        for (var i = 0; i < count; i++)
        {
            if (!bits.TryRead(4, out int digit) || digit > 9)
            {
                return false;
            }

            characters[i] = (char)('0' + digit);
        }

        digits = new string(characters);
        return true;
    }

    private static void WriteDigits(BitWriter bits, ReadOnlySpan<char> digits)
    {
        foreach (var digit in digits)
        {
            bits.Write((uint)(digit - '0'), 4);
        }
    }

    /// <summary>Digits up to a terminator, or up to a delimiter and text, which is what begins with no digit.</summary>
    private static bool TryReadGiai(ref BitReader bits, out string giai, out EpcText? encoding)
    {
        giai = "";
        encoding = null;
        Span<char> digits = stackalloc char[LongestGiai];
        for (var count = 0; count <= LongestGiai && bits.TryRead(4, out int nibble); count++)
        {
            if (nibble <= 9 && count < LongestGiai)
            {
                digits[count] = (char)('0' + nibble);
                continue;
            }

            giai = new string(digits[..count]);
            if (nibble == Delimiter && count is >= 4 and < LongestGiai
                && EpcTextCodec.TryRead(ref bits, LongestGiai - count, out var text, out var how)
                && !char.IsAsciiDigit(text[0]))
            {
                (giai, encoding) = (giai + text, how);
                return true;
            }

            return nibble == Terminator && count > 4;
        }

        return false;
    }

    private static void WriteGiai(BitWriter bits, string giai, EpcText? encoding)
    {
        var digits = giai.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (giai.Length is <= 4 or > LongestGiai || digits is >= 0 and < 4)
        {
            throw new FormatException($"'{giai}' is no GIAI of 5 to {LongestGiai} characters that begins with a company prefix");
        }

        if (digits < 0)
        {
            WriteDigits(bits, giai);
            bits.Write(Terminator, 4);
            return;
        }

        WriteDigits(bits, giai.AsSpan(0, digits));
        bits.Write(Delimiter, 4);
        EpcTextCodec.Write(bits, giai[digits..], encoding ?? EpcTextCodec.Shortest(giai[digits..]));
    }
}
