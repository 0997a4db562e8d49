using System.Text.Json;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>Reads payloads of one format. Nothing that a payload holds makes it throw.</summary>
internal abstract class PayloadFormat
{
    public static PayloadFormat Of(MqttSettings settings, DriverHost host) => settings.Format switch
    {
        MqttFormat.Json => new JsonFormat(settings),
        MqttFormat.Number => new NumberFormat(settings),
        MqttFormat.Zebra => new ZebraFormat(),
        MqttFormat.Impinj => new ImpinjFormat(),
        MqttFormat.Tasmota => new TasmotaFormat(settings, host.Time),
        MqttFormat.Shelly => new ShellyFormat(settings),
        MqttFormat.Ruuvi => new RuuviFormat(),
        MqttFormat.Owntracks => new OwnTracksFormat(),
        MqttFormat.Sparkplug => new SparkplugFormat(settings, host),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Format, "not a format"),
    };

    /// <summary>What to subscribe to for a device on <paramref name="filter"/>.</summary>
    public virtual IEnumerable<string> Filters(string filter) => [filter];

    /// <summary>The devices that a message says are gone although its topic names none of them, and why; null for every other message.</summary>
    public virtual (IReadOnlyList<string> Devices, string Reason)? DevicesGone(string topic) => null;

    /// <summary>Adds the readings of a payload, or why it is none.</summary>
    public abstract void Read(string device, string topic, ReadOnlySpan<byte> payload, PayloadReadings readings);

    /// <summary>Reads JSON with <paramref name="read"/>, which starts at the first token; what is no JSON is refused.</summary>
    protected static void ReadJson<TState>(ReadOnlySpan<byte> payload, PayloadReadings readings, TState state, JsonReading<TState> read)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            reader.Read();
            read(ref reader, state, readings);
            reader.Read();
        }
        catch (JsonException e)
        {
            readings.Refuse($"not JSON at byte {e.BytePositionInLine + 1} of line {e.LineNumber + 1}");
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader's answer to a text with broken UTF-8 or half a surrogate pair.
            readings.Refuse("not JSON: a text in it is not Unicode");
        }
    }

    /// <summary>Reads JSON that is one event or an array of them, each with <paramref name="read"/>.</summary>
    protected static void ReadEvents<TState>(ReadOnlySpan<byte> payload, PayloadReadings readings, TState state, JsonReading<TState> read) =>
        ReadJson(payload, readings, (state, read), static (ref Utf8JsonReader reader, (TState State, JsonReading<TState> Read) each, PayloadReadings into) =>
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                each.Read(ref reader, each.State, into);
                return;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                each.Read(ref reader, each.State, into);
            }
        });

    protected delegate void JsonReading<TState>(ref Utf8JsonReader reader, TState state, PayloadReadings readings);
}
