using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeGateway.Contracts;

/// <summary>Times in the form of <see cref="Timestamp"/>.</summary>
public sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Timestamp.TryParse(reader.GetString(), out var time)
            ? time
            : throw new JsonException("not an ISO 8601 time with a zone");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Timestamp.Length];
        Timestamp.Format(value, text);
        writer.WriteStringValue(text);
    }
}

/// <summary>Clock qualities in lower case.</summary>
public sealed class ClockConverter : JsonConverter<ClockQuality>
{
    public override ClockQuality Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return ClockNames.Parse(reader.GetString() ?? "");
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, ClockQuality value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ClockNames.Utf8(value));
}
