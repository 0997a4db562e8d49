using System.Text;
using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Keyboard;

/// <summary>
/// Says which item a scanned text means, as the hex of a tag: an RFID scanner types that hex itself, a GS1 code of
/// one item or logistic unit becomes the tag that GS1 defines for the same key, and any other code a raw one.
/// </summary>
internal static class ScannedCode
{
    // Bits of the shortest tag that a scanner reads, as hex; a shorter hex text is a code like any other.
    private const int ShortestTag = 24;

    // A raw tag begins with header 00, which the Tag Data Standard keeps for tags without an EPC, then the text.
    private const string RawHeader = "00";
    private const int LongestRaw = 61;

    /// <summary>Hex of the tag.</summary>
    /// <exception cref="FormatException">The text names no item by GS1's rules and is too long to be kept as it is.</exception>
    public static string ToHex(string text)
    {
        if (text.Length >= ShortestTag && text.Length % 4 == 0 && text.All(char.IsAsciiHexDigit) && EpcDecoder.Decode(text) is { } tag
            && (tag.Scheme != EpcScheme.Raw || text.Any(char.IsAsciiLetter)))
        {
            return tag.Hex;
        }

        var code = Gs1.Parse(text);
        if (code.Sscc is not null || (code.Gtin is not null && code.Serial is not null))
        {
            return EpcEncoder.FromDigitalLink(code.Uri!, filter: 0);
        }

        var bytes = Encoding.UTF8.GetBytes(code.Text);
        return bytes.Length <= LongestRaw
            ? RawHeader + Convert.ToHexString(bytes)
            : throw new FormatException($"a code of {bytes.Length} bytes that names no item by GS1's rules; at most {LongestRaw} can be kept");
    }
}
