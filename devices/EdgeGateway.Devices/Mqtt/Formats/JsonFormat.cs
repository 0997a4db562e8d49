using System.Text.Json;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>Any JSON, by a map of where its values are.</summary>
internal sealed class JsonFormat(MqttSettings settings) : PayloadFormat
{
    private readonly JsonPaths paths = new(settings.Map ?? ValueMap.None);
    private readonly MappedValues values = new(settings);

    public override void Read(string device, string topic, ReadOnlySpan<byte> payload, PayloadReadings readings)
    {
        values.Clear();
        ReadJson(payload, readings, (paths, values), static (ref Utf8JsonReader reader, (JsonPaths Paths, MappedValues Values) state, PayloadReadings into) =>
            state.Paths.Read(ref reader, state.Values, into));
        if (readings.Refusal is null)
        {
            values.AddTo(readings, device);
        }
    }
}
