using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>The one form of time on the wire: ISO 8601, UTC, milliseconds, for example <c>2026-01-02T03:04:05.678Z</c>.</summary>
public static class Timestamp
{
    /// <summary>Bytes, and characters, of the form.</summary>
    public const int Length = 24;

    /// <summary>Characters of a time to the minute, without its zone.</summary>
    private const int Shortest = 16;

    private const int Longest = 40;

    public static string Format(DateTimeOffset time) =>
        string.Create(Length, time, static (text, value) =>
        {
            Span<byte> bytes = stackalloc byte[Length];
            Format(value, bytes);
            for (var i = 0; i < Length; i++)
            {
                text[i] = (char)bytes[i];
            }
        });

    /// <summary>Writes the form into <paramref name="output"/>, which holds at least <see cref="Length"/> bytes.</summary>
    public static void Format(DateTimeOffset time, Span<byte> output)
    {
        var utc = time.UtcDateTime;
        Digits(output[..4], utc.Year);
        output[4] = (byte)'-';
        Digits(output[5..7], utc.Month);
        output[7] = (byte)'-';
        Digits(output[8..10], utc.Day);
        output[10] = (byte)'T';
        Digits(output[11..13], utc.Hour);
        output[13] = (byte)':';
        Digits(output[14..16], utc.Minute);
        output[16] = (byte)':';
        Digits(output[17..19], utc.Second);
        output[19] = (byte)'.';
        Digits(output[20..23], utc.Millisecond);
        output[23] = (byte)'Z';
    }

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[Length];
        Format(time, text);
        json.WriteString(name, text);
    }

    /// <summary>Reads the wire form, or any ISO 8601 time with a zone; finer than a millisecond is cut off.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        if (text.Length == Length && text[^1] == 'Z' && TryParseWireForm(text, out time))
        {
            return true;
        }

        Span<char> characters = stackalloc char[Longest];
        if (text.Length <= Longest && Ascii.ToUtf16(text, characters, out var count) == OperationStatus.Done)
        {
            return TryParse(characters[..count], out time);
        }

        time = default;
        return false;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out DateTimeOffset)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < Shortest or > Longest || text[10] is not ('T' or 't') || !HasZone(text)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var parsed))
        {
            return false;
        }

        time = new DateTimeOffset(parsed.Ticks - (parsed.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        return true;
    }

    /// <summary>Without a zone a time does not say when.</summary>
    private static bool HasZone(ReadOnlySpan<char> text) => text[^1] is 'Z' or 'z' || text[Shortest..].ContainsAny('+', '-');

    private static bool TryParseWireForm(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.'
            || !Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day)
            || !Number(text[11..13], out var hour) || !Number(text[14..16], out var minute) || !Number(text[17..19], out var second)
            || !Number(text[20..23], out var millisecond)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        time = new DateTimeOffset(year, month, day, hour, minute, second, millisecond, TimeSpan.Zero);
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }

    private static void Digits(Span<byte> output, int value)
    {
        for (var i = output.Length - 1; i >= 0; i--)
        {
            output[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
