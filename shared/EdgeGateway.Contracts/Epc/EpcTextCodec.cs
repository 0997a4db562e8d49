using System.Globalization;
using System.Text;

namespace EdgeGateway.Contracts;

/// <summary>Text of the "plus" schemes: encoding indicator 3 bits, number of characters 5 bits, then the characters.</summary>
internal static class EpcTextCodec
{
    private const string UpperHex = "0123456789ABCDEF";
    private const string LowerHex = "0123456789abcdef";
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>Place 0 pads the last triple.</summary>
    private const string Code40 = "\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789";

    /// <summary>GS1's set of 82 characters.</summary>
    private const string Gs1Characters = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    /// <summary>False when the bits are no text of 1 to <paramref name="max"/> characters.</summary>
    public static bool TryRead(ref BitReader bits, int max, out string text, out EpcText encoding)
    {
        text = "";
        encoding = default;
        if (!bits.TryRead(3, out int indicator) || !bits.TryRead(5, out int length) || length < 1 || length > max)
        {
            return false;
        }

        encoding = (EpcText)indicator;
        return encoding switch
        {
            EpcText.Integer => TryReadInteger(ref bits, length, out text),
            EpcText.UpperHex => TryReadCharacters(ref bits, length, 4, UpperHex, out text),
            EpcText.LowerHex => TryReadCharacters(ref bits, length, 4, LowerHex, out text),
            EpcText.Base64 => TryReadCharacters(ref bits, length, 6, Base64, out text),
            EpcText.Ascii => TryReadAscii(ref bits, length, out text),
            EpcText.Code40 => TryReadCode40(ref bits, length, out text),
            _ => false,
        };
    }

    /// <exception cref="FormatException">The encoding does not have all its characters.</exception>
    public static void Write(BitWriter bits, string text, EpcText encoding)
    {
        bits.Write((uint)encoding, 3);
        bits.Write((uint)text.Length, 5);
        switch (encoding)
        {
            case EpcText.Integer:
                bits.Write(UInt128.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture), IntegerBits(text.Length));
                break;
            case EpcText.UpperHex:
                WriteCharacters(bits, text, 4, UpperHex);
                break;
            case EpcText.LowerHex:
                WriteCharacters(bits, text, 4, LowerHex);
                break;
            case EpcText.Base64:
                WriteCharacters(bits, text, 6, Base64);
                break;
            case EpcText.Ascii:
                foreach (var c in text)
                {
                    Place(Gs1Characters, c);
                    bits.Write(c, 7);
                }

                break;
            case EpcText.Code40:
                WriteCode40(bits, text);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "no encoding of text");
        }
    }

    /// <summary>The encoding that takes the fewest bits.</summary>
    /// <exception cref="FormatException">A character that no encoding has.</exception>
    public static EpcText Shortest(string text)
    {
        // Padding makes a short code 40 longer than the others, and an integer would be read back with its zeros all the same.
        var code40Bits = (text.Length + 2) / 3 * 16;
        return text switch
        {
            _ when Has("0123456789", text) => EpcText.Integer,
            _ when Has(UpperHex, text) => EpcText.UpperHex,
            _ when Has(LowerHex, text) => EpcText.LowerHex,
            _ when Has(Code40, text) && (code40Bits < text.Length * 6 || (!Has(Base64, text) && code40Bits < text.Length * 7)) => EpcText.Code40,
            _ when Has(Base64, text) => EpcText.Base64,
            _ when Has(Gs1Characters, text) => EpcText.Ascii,
            _ => throw new FormatException($"'{text}' has a character outside GS1's set of 82"),
        };
    }

    private static bool Has(string alphabet, string text) => !text.AsSpan().ContainsAnyExcept(alphabet);

    private static bool TryReadInteger(ref BitReader bits, int length, out string text)
    {
        text = "";
        if (!bits.TryRead(IntegerBits(length), out UInt128 number))
        {
            return false;
        }

        text = number.ToString("D" + length, CultureInfo.InvariantCulture);
        return text.Length == length;
    }

    private static bool TryReadCharacters(ref BitReader bits, int length, int width, string alphabet, out string text)
    {
        Span<char> characters = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            if (!bits.TryRead(width, out int place))
            {
                text = "";
                return false;
            }

            characters[i] = alphabet[place];
        }

        text = new string(characters);
        return true;
    }

    private static bool TryReadAscii(ref BitReader bits, int length, out string text)
    {
        Span<char> characters = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            if (!bits.TryRead(7, out int code) || !Gs1Characters.Contains((char)code))
            {
                text = "";
                return false;
            }

            characters[i] = (char)code;
        }

        text = new string(characters);
        return true;
    }

    private static bool TryReadCode40(ref BitReader bits, int length, out string text)
    {
        var characters = new StringBuilder();
        for (var i = 0; i < length; i += 3)
        {
            if (!bits.TryRead(16, out int triple) || triple is 0 or > 64_000)
            {
                text = "";
                return false;
            }

            triple--;
            characters.Append(Code40[triple / 1600]).Append(Code40[triple / 40 % 40]).Append(Code40[triple % 40]);
        }

        var padding = characters.Length - length;
        text = characters.ToString(0, length);
        return !text.Contains('\0') && characters.ToString(length, padding) == new string('\0', padding);
    }

    private static void WriteCode40(BitWriter bits, string text)
    {
        var padded = text.PadRight((text.Length + 2) / 3 * 3, '\0');
        for (var i = 0; i < padded.Length; i += 3)
        {
            var triple = (1600 * Place(Code40, padded[i])) + (40 * Place(Code40, padded[i + 1])) + Place(Code40, padded[i + 2]) + 1;
            bits.Write((uint)triple, 16);
        }
    }

    private static void WriteCharacters(BitWriter bits, string text, int width, string alphabet)
    {
        foreach (var c in text)
        {
            bits.Write((uint)Place(alphabet, c), width);
        }
    }

    private static int Place(string alphabet, char c)
    {
        var place = alphabet.IndexOf(c);
        return place >= 0 ? place : throw new FormatException($"the encoding has no '{c}'");
    }

    /// <summary>Bits of the largest number with so many digits.</summary>
    private static int IntegerBits(int digits)
    {
        var largest = UInt128.One;
        for (var i = 0; i < digits; i++)
        {
            largest *= 10;
        }

        return 128 - (int)UInt128.LeadingZeroCount(largest - 1);
    }
}
