using System.Buffers;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>
/// The value of a numbered event's record on Kafka:
/// <c>{"gateway","store","seq","site","asset"?,"device","observedAt","clock", fields of the family}</c>.
/// </summary>
public static class EventRecord
{
    /// <summary>Longest value that is read; nothing longer may be sent.</summary>
    public const int MaxBytes = RecordReader.MaxBytes;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Writes the value of an event whose family fields are at hand as the JSON object <paramref name="body"/>.</summary>
    /// <exception cref="ArgumentException">The body is not one JSON object.</exception>
    public static void Write(IBufferWriter<byte> output, in EventHead head, ReadOnlySpan<byte> body)
    {
        if (body.Length < 2 || body[0] != '{' || body[^1] != '}')
        {
            throw new ArgumentException("The body of an event must be a JSON object without space around it.", nameof(body));
        }

        var json = _writer ??= new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.Reset(output);
        json.WriteStartObject();
        json.WriteString("gateway"u8, head.Gateway);
        json.WriteString("store"u8, head.Store);
        json.WriteNumber("seq"u8, head.Seq);
        json.WriteString("site"u8, head.Site);
        json.WriteStringIfSet("asset"u8, head.Asset);
        json.WriteString("device"u8, head.Device);
        Timestamp.Write(json, "observedAt"u8, head.ObservedAt);
        json.WriteString("clock"u8, ClockNames.Utf8(head.Clock));
        json.Flush();

        // The body's fields follow as they were stored: from its brace on, which a comma takes the place of.
        var rest = output.GetSpan(body.Length);
        body.CopyTo(rest);
        if (body.Length > 2)
        {
            rest[0] = (byte)',';
            output.Advance(body.Length);
        }
        else
        {
            rest[0] = (byte)'}';
            output.Advance(1);
        }
    }

    /// <summary>Reads the value of a record of a numbered topic. Unknown fields are ignored; every known one is checked.</summary>
    /// <exception cref="FormatException">The value is no such event; the message names the field and what is wrong with it.</exception>
    public static GatewayEvent Parse(string topic, ReadOnlySpan<byte> value)
    {
        return Topics.FamilyOf(topic) switch
        {
            EventFamily.Temperature => RecordReader.Whole(value, TemperatureEvent.Read),
            EventFamily.Position => RecordReader.Whole(value, PositionEvent.Read),
            EventFamily.Tags => RecordReader.Whole(value, TagEvent.Read),
            EventFamily.Inputs => RecordReader.Whole(value, InputEvent.Read),
            EventFamily.Ledger => RecordReader.Whole(value, LedgerEvent.Read),
            _ => throw new FormatException($"topic {topic} holds no numbered events"),
        };
    }
}
