using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Simulator.Journal;

namespace EdgeGateway.Simulator.Scenario;

/// <summary>What a device puts on MQTT for a journal entry, in its maker's own format.</summary>
public readonly record struct DeviceMessage(string Topic, byte[] Payload)
{
    public static DeviceMessage For(SampleEntry sample) => sample.Source switch
    {
        SampleSource.Dated => Json($"probes/{sample.Device}", new JsonObject
        {
            ["temperature"] = sample.Celsius,
            ["humidity"] = 61.5,
            ["battery"] = 88,
            ["at"] = sample.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        }),
        SampleSource.Undated => new DeviceMessage($"probes/{sample.Device}", JsonSerializer.SerializeToUtf8Bytes(sample.Celsius)),
        _ => throw new ArgumentException("a polled probe sends nothing", nameof(sample)),
    };

    public static DeviceMessage For(TagEntry tag) =>
        tag.Device == Site.Receiving ? Zebra(tag) : Impinj(tag);

    private static DeviceMessage Zebra(TagEntry tag) => Json($"readers/{tag.Device}", new JsonObject
    {
        ["data"] = new JsonObject
        {
            ["antenna"] = 2,
            ["eventNum"] = tag.At.ToUnixTimeMilliseconds() % 1_000_000,
            ["format"] = "epc",
            ["idHex"] = tag.Hex.ToLowerInvariant(),
            ["peakRssi"] = -58,
        },
        ["timestamp"] = tag.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture),
        ["type"] = "CUSTOM",
    });

    private static DeviceMessage Impinj(TagEntry tag) => Json($"readers/{tag.Device}", new JsonObject
    {
        ["timestamp"] = tag.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'000000Z'", CultureInfo.InvariantCulture),
        ["eventType"] = "tagInventory",
        ["tagInventoryEvent"] = new JsonObject
        {
            ["epc"] = Convert.ToBase64String(Convert.FromHexString(tag.Hex)).Replace('+', '-').Replace('/', '_'),
            ["epcHex"] = tag.Hex,
            ["antennaPort"] = 1,
            ["antennaName"] = "Portal2",
            ["peakRssiCdbm"] = -3800,
            ["lastSeenTime"] = tag.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'000Z'", CultureInfo.InvariantCulture),
        },
    });

    private static DeviceMessage Json(string topic, JsonObject payload) => new(topic, JsonSerializer.SerializeToUtf8Bytes(payload));
}
