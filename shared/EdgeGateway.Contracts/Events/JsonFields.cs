using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>Absent keys instead of nulls.</summary>
internal static class JsonFields
{
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
