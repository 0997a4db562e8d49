using System.Text.Json;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Mqtt.Formats;

namespace EdgeGateway.Devices.Discovery;

/// <summary>Guesses the format of a payload: the first one that makes readings of it and refuses nothing.</summary>
internal static class MqttFormatGuess
{
    // The narrow ones first. Sparkplug is told by its topic alone.
    private static readonly MqttFormat[] Formats =
        [MqttFormat.Zebra, MqttFormat.Impinj, MqttFormat.Owntracks, MqttFormat.Tasmota, MqttFormat.Ruuvi, MqttFormat.Number, MqttFormat.Shelly];

    // What makers call a temperature and its companions, in the order of preference.
    private static readonly string[] CelsiusNames = ["temperature", "temperature_c", "temp", "celsius", "tc", "temp_c"];
    private static readonly string[] HumidityNames = ["humidity", "hum", "rh", "relative_humidity"];
    private static readonly string[] BatteryNames = ["battery", "battery_percent"];

    /// <summary>Settings beside the topic, or null when no format fits.</summary>
    public static (string Key, object Value)[]? Of(string topic, byte[] payload, DriverHost host)
    {
        foreach (var format in Formats)
        {
            if (Reads(new MqttSettings { Id = "guess", Driver = "mqtt", Topic = topic, Format = format }, topic, payload, host))
            {
                return format is MqttFormat.Zebra or MqttFormat.Impinj
                    ? [("format", Name(format)), ("zone", "here"), ("passage", "shelf")]
                    : [("format", Name(format))];
            }
        }

        if (Map(payload) is not { } map
            || !Reads(new MqttSettings { Id = "guess", Driver = "mqtt", Topic = topic, Format = MqttFormat.Json, Map = map }, topic, payload, host))
        {
            return null;
        }

        return [("format", Name(MqttFormat.Json)), ("map", map)];
    }

    private static string Name(MqttFormat format) => JsonNamingPolicy.CamelCase.ConvertName(format.ToString());

    private static bool Reads(MqttSettings settings, string topic, byte[] payload, DriverHost host)
    {
        var readings = new PayloadReadings();
        PayloadFormat.Of(settings, host).Read(settings.Id, topic, payload, readings);
        return readings.Count > 0 && readings.Refusal is null;
    }

    private static Dictionary<string, string>? Map(byte[] payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            var map = new Dictionary<string, string>(StringComparer.Ordinal);
            Add(map, "celsius", json.RootElement, CelsiusNames);
            Add(map, "humidity", json.RootElement, HumidityNames);
            Add(map, "battery", json.RootElement, BatteryNames);
            return map.ContainsKey("celsius") ? map : null;
        }
        catch (JsonException)
        {
            // Text or bytes of a format unknown here.
            return null;
        }
    }

    private static void Add(Dictionary<string, string> map, string key, JsonElement root, string[] names)
    {
        foreach (var name in names)
        {
            if (Path(root, "$", name, depth: 0) is { } path)
            {
                map[key] = path;
                return;
            }
        }
    }

    private static string? Path(JsonElement json, string path, string name, int depth)
    {
        const int Deepest = 3;

        if (json.ValueKind != JsonValueKind.Object || depth > Deepest)
        {
            return null;
        }

        foreach (var member in json.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Number && member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return $"{path}.{member.Name}";
            }
        }

        return json.EnumerateObject().Select(member => Path(member.Value, $"{path}.{member.Name}", name, depth + 1)).FirstOrDefault(found => found is not null);
    }
}
