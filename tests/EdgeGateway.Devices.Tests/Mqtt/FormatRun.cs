using System.Text;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Mqtt.Formats;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>One payload through one format.</summary>
internal static class FormatRun
{
    public const string Device = "probe-7";

    /// <summary>A payload as it was recorded, from the folder of the driver.</summary>
    public static byte[] Recording(string name) =>
        File.ReadAllBytes(Repository.PathOf($"devices/EdgeGateway.Devices/Mqtt/recordings/{name}"));

    public static MqttSettings Settings(MqttFormat format, params (string Key, string Value)[] map) => new()
    {
        Id = Device, Driver = "mqtt", Topic = "a", Format = format, Zone = "dock-1", Passage = "receiving",
        Map = map.Length == 0 ? null : map.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal),
    };

    public static PayloadReadings Read(MqttSettings settings, string payload) => Read(settings, Encoding.UTF8.GetBytes(payload));

    public static PayloadReadings Read(MqttSettings settings, byte[] payload, TimeProvider? time = null)
    {
        var readings = new PayloadReadings();
        PayloadFormat.Of(settings, DriverRun.HostOf("/", time ?? TimeProvider.System)).Read(Device, "a", payload, readings);
        return readings;
    }

    public static IReadOnlyList<Reading> All(this PayloadReadings readings) => [.. Enumerable.Range(0, readings.Count).Select(index => readings[index])];

    /// <summary>The readings of a payload that holds nothing else.</summary>
    public static IReadOnlyList<Reading> Good(MqttSettings settings, byte[] payload, TimeProvider? time = null)
    {
        var readings = Read(settings, payload, time);
        Assert.Null(readings.Refusal);
        return readings.All();
    }

    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
