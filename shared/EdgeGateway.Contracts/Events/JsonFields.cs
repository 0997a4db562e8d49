using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>Absent keys instead of nulls.</summary>
internal static class JsonFields
{
    /// <summary>What a reader would refuse for its length is cut: words for a person, often an exception's.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Cut(string? text) =>
        text is { Length: > RecordReader.MaxCharacters } ? text[..(RecordReader.MaxCharacters - 1)] + "…" : text;

    public static void WriteNumberIfSet(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void WriteTimeIfSet(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            Timestamp.Write(json, name, time);
        }
    }

    public static void WriteStringIfSet(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
