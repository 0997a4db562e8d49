namespace EdgeGateway.Contracts;

/// <summary>Reads what barcode scanners type: GS1 element strings, Digital Links, retail barcodes and plain codes.</summary>
public static class Gs1
{
    private const char GroupSeparator = '\x1D';

    /// <summary>Longest value of an application identifier.</summary>
    private const int LongestValue = 90;

    /// <summary>Never throws: what is none of GS1's forms, or has a wrong check digit, is a plain code without elements.</summary>
    public static Gs1Code Parse(string scanned)
    {
        var text = WithoutSymbology(scanned, out var mustBeElements);
        var elements =
            text.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? FromLink(text)
            : text.StartsWith('(') ? FromBracketed(text)
            : !mustBeElements && FromBarcode(text) is { } barcode ? [barcode]
            : mustBeElements || text.Contains(GroupSeparator) || BeginsWithKey(text) ? FromElementString(text)
            : null;
        return new Gs1Code(text, elements is not null && elements.TrueForAll(IsSound) ? elements : []);
    }

    /// <summary>Scanners may say by <c>]</c> and two characters which symbology they read; some stand for GS1 data.</summary>
    private static string WithoutSymbology(string text, out bool isElements)
    {
        isElements = false;
        if (text.Length < 3 || text[0] != ']')
        {
            return text;
        }

        isElements = text[..3] is "]C1" or "]e0" or "]e1" or "]e2" or "]d2" or "]Q3" or "]J1";
        return text[3..];
    }

    private static List<Gs1Element> FromLink(string link) =>
        DigitalLink.Pairs(link).ConvertAll(pair => new Gs1Element(pair.Ai, pair.Ai == "01" ? pair.Value.PadLeft(14, '0') : pair.Value));

    /// <summary>As printed below a barcode: <c>(01)09506000134352(17)141120</c>.</summary>
    private static List<Gs1Element>? FromBracketed(string text)
    {
        var elements = new List<Gs1Element>();
        foreach (var part in text[1..].Split('('))
        {
            var end = part.IndexOf(')');
            if (end is < 2 or > 4)
            {
                return null;
            }

            elements.Add(new Gs1Element(part[..end], part[(end + 1)..]));
        }

        return elements;
    }

    /// <summary>EAN-8, UPC-A, EAN-13 and GTIN-14 are trade items, 18 digits a logistic unit.</summary>
    private static Gs1Element? FromBarcode(string text) => text.Length switch
    {
        8 or 12 or 13 or 14 when CheckDigit.IsRight(text) => new Gs1Element("01", text.PadLeft(14, '0')),
        18 when CheckDigit.IsRight(text) => new Gs1Element("00", text),
        _ => null,
    };

    private static bool BeginsWithKey(string text) =>
        (text.StartsWith("01", StringComparison.Ordinal) && text.Length > 16 && CheckDigit.IsRight(text.AsSpan(2, 14)))
        || (text.StartsWith("00", StringComparison.Ordinal) && text.Length >= 20 && CheckDigit.IsRight(text.AsSpan(2, 18)));

    /// <summary>Identifiers and values one after the other; values of no fixed length end at a group separator.</summary>
    private static List<Gs1Element>? FromElementString(string text)
    {
        var elements = new List<Gs1Element>();
        for (var position = 0; position < text.Length;)
        {
            if (text[position] == GroupSeparator)
            {
                position++;
                continue;
            }

            if (IdentifierLength(text.AsSpan(position)) is not { } length || position + length > text.Length)
            {
                return null;
            }

            var ai = text.Substring(position, length);
            position += length;
            var separator = text.IndexOf(GroupSeparator, position);
            var end = FixedLength(ai) is { } fixedLength ? position + fixedLength : separator >= 0 ? separator : text.Length;
            if (end > text.Length)
            {
                return null;
            }

            elements.Add(new Gs1Element(ai, text[position..end]));
            position = end;
        }

        return elements;
    }

    private static bool IsSound(Gs1Element element) =>
        element.Ai.Length is >= 2 and <= 4
        && element.Value.Length is >= 1 and <= LongestValue
        && !element.Ai.AsSpan().ContainsAnyExceptInRange('0', '9')
        && !element.Value.Contains(GroupSeparator)
        && (FixedLength(element.Ai) is not { } length || (element.Value.Length == length && !element.Value.AsSpan().ContainsAnyExceptInRange('0', '9')))
        && (element.Ai is not ("00" or "01" or "02") || CheckDigit.IsRight(element.Value));

    /// <summary>Digits of an application identifier, which its first two tell.</summary>
    private static int? IdentifierLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || !char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[1]))
        {
            return null;
        }

        return (((text[0] - '0') * 10) + text[1] - '0') switch
        {
            <= 4 or (>= 10 and <= 22) or 30 or 37 or >= 90 => 2,
            (>= 23 and <= 25) or (>= 40 and <= 42) or 71 => 3,
            (>= 31 and <= 36) or 39 or 43 or 70 or 72 or (>= 80 and <= 82) => 4,
            _ => null,
        };
    }

    /// <summary>Length of a value that needs no separator; null for any other.</summary>
    private static int? FixedLength(string ai) => ai[..2] switch
    {
        "00" => 18,
        "01" or "02" or "03" => 14,
        "04" => 16,
        "11" or "12" or "13" or "14" or "15" or "16" or "17" or "18" or "19" => 6,
        "20" => 2,
        "31" or "32" or "33" or "34" or "35" or "36" => 6,
        "41" => 13,
        _ => null,
    };
}
