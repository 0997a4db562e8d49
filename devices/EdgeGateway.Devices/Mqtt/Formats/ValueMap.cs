using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>The keys a <c>map</c> may have and what they make of a device.</summary>
internal static class ValueMap
{
    private const string Unit = "unit";

    public static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static readonly Dictionary<string, MappedField> Fields = new(StringComparer.Ordinal)
    {
        ["celsius"] = MappedField.Celsius,
        ["humidity"] = MappedField.Humidity,
        ["battery"] = MappedField.Battery,
        ["fault"] = MappedField.Fault,
        ["observedAt"] = MappedField.ObservedAt,
        ["latitude"] = MappedField.Latitude,
        ["longitude"] = MappedField.Longitude,
        ["accuracyMetres"] = MappedField.AccuracyMetres,
        ["speedMetresPerSecond"] = MappedField.SpeedMetresPerSecond,
        ["courseDegrees"] = MappedField.CourseDegrees,
        ["epc"] = MappedField.Hex,
        ["hex"] = MappedField.Hex,
        ["rssiDbm"] = MappedField.RssiDbm,
        ["antenna"] = MappedField.Antenna,
        ["reads"] = MappedField.Reads,
        ["active"] = MappedField.Active,
    };

    /// <summary>Every mapped field with its path or metric name; the unit is none of them.</summary>
    public static IEnumerable<(MappedField Field, string Source)> FieldsOf(IReadOnlyDictionary<string, string> map) =>
        map.Where(entry => entry.Key != Unit).Select(entry => (Fields[entry.Key], entry.Value));

    public static bool IsFahrenheit(IReadOnlyDictionary<string, string>? map) =>
        map is not null && map.TryGetValue(Unit, out var unit) && unit is "F";

    public static EventFamily FamilyOf(IReadOnlyDictionary<string, string> map) =>
        map.ContainsKey("latitude") ? EventFamily.Position
        : map.ContainsKey("hex") || map.ContainsKey("epc") ? EventFamily.Tags
        : map.ContainsKey("active") ? EventFamily.Inputs
        : EventFamily.Temperature;

    public static IEnumerable<(string Path, string Message)> Mistakes(MqttFormat format, IReadOnlyDictionary<string, string>? map)
    {
        var takesMap = format is MqttFormat.Json or MqttFormat.Sparkplug;
        if (map is null)
        {
            return takesMap ? [("map", "is missing: where in the payload are the values?")] : [];
        }

        if (!takesMap && (format != MqttFormat.Number || map.Keys.Any(key => key != Unit)))
        {
            return [("map", "is only for the formats json and sparkplug, and with unit alone for number")];
        }

        var mistakes = map.SelectMany(entry => Mistakes(format, entry.Key, entry.Value));
        return takesMap ? mistakes.Concat(Missing(map)) : mistakes;
    }

    private static IEnumerable<(string Path, string Message)> Mistakes(MqttFormat format, string key, string value)
    {
        if (key == Unit)
        {
            if (value is not ("C" or "F"))
            {
                yield return ("map.unit", "must be C or F");
            }
        }
        else if (!Fields.ContainsKey(key))
        {
            yield return ($"map.{key}", "is not a known key; known here: " + string.Join(", ", Fields.Keys.Append(Unit).Order(StringComparer.Ordinal)));
        }
        else if (format == MqttFormat.Json && JsonPaths.Mistake(value) is { } mistake)
        {
            yield return ($"map.{key}", mistake);
        }
    }

    private static IEnumerable<(string Path, string Message)> Missing(IReadOnlyDictionary<string, string> map)
    {
        if (map.ContainsKey("latitude") != map.ContainsKey("longitude"))
        {
            yield return ("map", "has one of latitude and longitude; a position takes both");
        }

        var families = new[] { "latitude", "hex", "epc", "active", "celsius" }.Count(map.ContainsKey);
        if (families == 0 && !map.ContainsKey("fault"))
        {
            yield return ("map", "names no value: celsius, latitude and longitude, hex or active");
        }
        else if (families > 1)
        {
            yield return ("map", "mixes temperatures, positions, tags and inputs; make a device of each");
        }
    }
}

/// <summary>A value that a map can find.</summary>
internal enum MappedField
{
    Celsius,
    Humidity,
    Battery,
    Latitude,
    Longitude,
    AccuracyMetres,
    SpeedMetresPerSecond,
    CourseDegrees,
    RssiDbm,
    Antenna,
    Reads,
    ObservedAt,
    Fault,
    Hex,
    Active,
}
