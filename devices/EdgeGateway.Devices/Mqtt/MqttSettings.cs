using EdgeGateway.Contracts;
using EdgeGateway.Devices.Mqtt.Formats;
using EdgeGateway.Devices.Zones;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>A device, or with <c>{device}</c> in the topic many alike, whose readings arrive over MQTT.</summary>
public sealed record MqttSettings : ProbeSettings
{
    /// <summary>Topic filter; a level that is <c>{device}</c> names the device each message is from.</summary>
    public required string Topic { get; init; }

    /// <summary>How payloads are written.</summary>
    public required MqttFormat Format { get; init; }

    /// <summary>Where the values are: paths such as <c>$.a.b[0]</c> for <c>json</c>, metric names for <c>sparkplug</c>; <c>unit</c> is <c>C</c> or <c>F</c>.</summary>
    public IReadOnlyDictionary<string, string>? Map { get; init; }

    /// <summary>Which of several probes in one payload: <c>DS18B20-1</c> or its serial number (tasmota), <c>temperature:100</c> (shelly).</summary>
    public string? Probe { get; init; }

    /// <summary>Zone of times without one (tasmota), for example <c>America/Chicago</c>; null for the gateway's own.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Where a tag reader stands.</summary>
    public string? Zone { get; init; }

    /// <summary>What being read there means: <c>receiving</c>, <c>shipping</c> or <c>shelf</c>.</summary>
    public string? Passage { get; init; }

    /// <summary>Zones of a reader's antennas 1, 2, … from the outside in, for a portal that tells in from out; null for one zone.</summary>
    public IReadOnlyList<string>? AntennaZones { get; init; }

    /// <summary>Places on the map whose visits by what gives positions are told; null for none.</summary>
    public IReadOnlyList<PositionZone>? Zones { get; init; }

    /// <summary>What an input stands for, for example <c>door</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>True where 1, true, on or open mean that the input is not active: a Zigbee <c>contact</c> is true while the door is closed.</summary>
    public bool ActiveLow { get; init; }

    public override EventFamily Family => Format switch
    {
        MqttFormat.Zebra or MqttFormat.Impinj => EventFamily.Tags,
        MqttFormat.Owntracks => EventFamily.Position,
        MqttFormat.Number when Kind is not null => EventFamily.Inputs,
        MqttFormat.Json or MqttFormat.Sparkplug => ValueMap.FamilyOf(Map ?? ValueMap.None),
        _ => EventFamily.Temperature,
    };

    public override ReaderPlace? Place => Family == EventFamily.Tags ? new ReaderPlace(Zone ?? "", Passage ?? "") { AntennaZones = AntennaZones } : null;

    public override string? InputKind => Family == EventFamily.Inputs ? Kind : null;

    public override IEnumerable<(string Path, string Message)> Check()
    {
        if (TopicPattern.Mistake(Topic) is { } topicMistake)
        {
            yield return ("topic", topicMistake);
        }

        foreach (var mistake in ValueMap.Mistakes(Format, Map))
        {
            yield return mistake;
        }

        var family = Family;
        if (family == EventFamily.Tags)
        {
            if (string.IsNullOrEmpty(Zone))
            {
                yield return ("zone", "is missing: where does this reader stand?");
            }

            if (Passage is not ("receiving" or "shipping" or "shelf"))
            {
                yield return ("passage", "must be receiving, shipping or shelf");
            }

            if (ReaderPlace.MistakeInAntennaZones(AntennaZones) is { } zonesMistake)
            {
                yield return ("antennaZones", zonesMistake);
            }
        }
        else if (Zone is not null || Passage is not null || AntennaZones is not null)
        {
            yield return (Zone is not null ? "zone" : Passage is not null ? "passage" : "antennaZones", "is only for tag readers");
        }

        if (family == EventFamily.Inputs && string.IsNullOrEmpty(Kind))
        {
            yield return ("kind", "is missing: what does this input stand for, for example door?");
        }
        else if (family != EventFamily.Inputs && (Kind is not null || ActiveLow))
        {
            yield return (Kind is not null ? "kind" : "activeLow", "is only for inputs");
        }

        if (family != EventFamily.Temperature && (Profile is not null || Door is not null))
        {
            yield return (Profile is not null ? "profile" : "door", "is only for temperatures");
        }

        if (family != EventFamily.Position && Zones is not null)
        {
            yield return ("zones", "is only for positions");
        }

        foreach (var mistake in ZoneCheck.Mistakes(Zones))
        {
            yield return mistake;
        }

        if (Probe is not null && Format is not (MqttFormat.Tasmota or MqttFormat.Shelly))
        {
            yield return ("probe", "is only for the formats tasmota and shelly");
        }

        if (TimeZone is not null && (Format != MqttFormat.Tasmota || !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _)))
        {
            yield return ("timeZone", Format != MqttFormat.Tasmota ? "is only for the format tasmota" : $"'{TimeZone}' is not known on this machine");
        }
    }
}

/// <summary>How payloads are written; in the configuration in lower case.</summary>
public enum MqttFormat
{
    /// <summary>Any JSON, with a map.</summary>
    Json,

    /// <summary>A bare number in °C, or the state of an input.</summary>
    Number,

    /// <summary>Zebra FX and FXR readers (IoT Connector) and RFD handhelds.</summary>
    Zebra,

    /// <summary>Impinj R700 (IoT device interface).</summary>
    Impinj,

    /// <summary>Tasmota's <c>tele/…/SENSOR</c>.</summary>
    Tasmota,

    /// <summary>Shelly Gen1 and Gen2.</summary>
    Shelly,

    /// <summary>Ruuvi Gateway, data format 5.</summary>
    Ruuvi,

    /// <summary>OwnTracks phones and trackers.</summary>
    Owntracks,

    /// <summary>Sparkplug B: birth, data and death of nodes and devices.</summary>
    Sparkplug,
}
