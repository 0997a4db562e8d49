using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>Values at the reader's place, as devices write them: numbers in quotes, states in words.</summary>
internal static class JsonValues
{
    /// <summary>Longest text that is kept from a payload.</summary>
    private const int MaxText = 200;

    public static bool IsValue(this in Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.Number or JsonTokenType.String or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null;

    /// <summary>A number, bare or in quotes; null when it is neither or not finite.</summary>
    public static double? Number(this in Utf8JsonReader reader)
    {
        double value;
        var read = reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetDouble(out value),
            JsonTokenType.String when reader.ValueSpan.Length <= 40 => Numbers.TryParse(reader.ValueSpan, out value),
            _ => Nothing(out value),
        };
        return read && double.IsFinite(value) ? value : null;

        static bool Nothing(out double value)
        {
            value = 0;
            return false;
        }
    }

    /// <summary>A time: ISO 8601 with a zone, or Unix seconds or milliseconds, bare or in quotes; null when it is none.</summary>
    public static DateTimeOffset? Time(this in Utf8JsonReader reader)
    {
        if (reader.Number() is { } number)
        {
            return Times.FromUnix(number);
        }

        return reader.TokenType == JsonTokenType.String && Times.TryParse(reader.ValueSpan, out var time, out var hasZone) && hasZone ? time : null;
    }

    /// <summary>The state of an input; null when it is not told.</summary>
    public static bool? State(this in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number => reader.Number() is { } number ? number != 0 : null,
        JsonTokenType.String => States.Parse(reader.ValueSpan),
        _ => null,
    };

    /// <summary>A text, cut off where it is too long.</summary>
    public static string Text(this in Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }

        var text = reader.GetString()!;
        return text.Length <= MaxText ? text : text[..MaxText];
    }

    /// <summary>True when the property at hand has that name; its value is then passed, whatever it was.</summary>
    public static bool TakeNumber(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name, ref double? value)
    {
        if (!reader.ValueTextEquals(name))
        {
            return false;
        }

        reader.Read();
        value = reader.Number();
        reader.Skip();
        return true;
    }

    /// <summary>The bytes of the text after the property at hand, escapes as they stand; empty when its value is none. The value is then passed.</summary>
    public static ReadOnlySpan<byte> TakeText(this scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = reader.TokenType == JsonTokenType.String ? reader.ValueSpan : [];
        reader.Skip();
        return text;
    }

    /// <summary>The time after the property at hand; null when its value is none or from a clock that was never set. The value is then passed.</summary>
    public static DateTimeOffset? TakeTime(this ref Utf8JsonReader reader)
    {
        reader.Read();
        var time = reader.Time() is { } value ? Times.IfSet(value) : null;
        reader.Skip();
        return time;
    }

    /// <summary>Goes to the next property of the object at hand; false at its end.</summary>
    public static bool NextProperty(this ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;
}

/// <summary>Numbers as bytes.</summary>
internal static class Numbers
{
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && double.IsFinite(value);
}

/// <summary>The words devices have for the state of an input.</summary>
internal static class States
{
    public static bool? Parse(ReadOnlySpan<byte> text)
    {
        foreach (var (word, state) in Words)
        {
            if (Ascii.EqualsIgnoreCase(text, word))
            {
                return state;
            }
        }

        return null;
    }

    private static readonly (string Word, bool State)[] Words =
    [
        ("1", true), ("0", false), ("on", true), ("off", false), ("true", true), ("false", false),
        ("open", true), ("closed", false), ("close", false), ("active", true), ("inactive", false),
    ];
}
