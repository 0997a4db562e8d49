using System.Text;
using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Keyboard;

/// <summary>
/// Says which item a scanned text means, as the hex of a tag: an RFID scanner types that hex itself, a GS1 code of
/// an item or a logistic unit becomes the tag that GS1 defines for the same key, and any other code a raw one.
/// </summary>
internal static class ScannedCode
{
    // Bits of the shortest tag that a scanner reads, as hex; a shorter hex text is a code like any other.
    private const int ShortestTag = 24;

    // A raw tag begins with header 00, which the Tag Data Standard keeps for tags without an EPC, then the text.
    private const string RawHeader = "00";
    private const int LongestRaw = 61;

    /// <summary>Hex of the tag.</summary>
    /// <exception cref="FormatException">A GS1 code that breaks GS1's rules, or a text that is too long; the message says how.</exception>
    public static string ToHex(string text)
    {
        if (text.Length >= ShortestTag && text.Length % 4 == 0 && IsHex(text) && EpcDecoder.Decode(text) is { } tag
            && (tag.Scheme != EpcScheme.Raw || text.Any(char.IsAsciiLetter)))
        {
            return tag.Hex;
        }

        if (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return EpcEncoder.FromDigitalLink(text, filter: 0);
        }

        var fields = ElementString.Parse(text);
        if (fields.TryGetValue("00", out var sscc))
        {
            return EpcEncoder.FromDigitalLink("https://id.gs1.org/00/" + sscc, filter: 0);
        }

        if (fields.TryGetValue("01", out var gtin) && fields.TryGetValue("21", out var serial))
        {
            return EpcEncoder.FromDigitalLink($"https://id.gs1.org/01/{gtin}/21/{Uri.EscapeDataString(serial)}", filter: 0);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= LongestRaw
            ? RawHeader + Convert.ToHexString(bytes)
            : throw new FormatException($"a code of {bytes.Length} bytes that names no item by GS1's rules; at most {LongestRaw} can be kept");
    }

    private static bool IsHex(string text) => text.All(char.IsAsciiHexDigit);
}
