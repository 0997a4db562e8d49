using System.Text;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Mqtt.Formats;
using EdgeGateway.Testing;
using static EdgeGateway.Devices.Tests.Mqtt.FormatRun;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Damaged payloads without end: each is read or refused, none throws anything else.</summary>
[Trait("Speed", "Slow")]
public sealed class FormatFuzzTests
{
    [Theory]
    [InlineData(MqttFormat.Json)]
    [InlineData(MqttFormat.Number)]
    [InlineData(MqttFormat.Zebra)]
    [InlineData(MqttFormat.Impinj)]
    [InlineData(MqttFormat.Tasmota)]
    [InlineData(MqttFormat.Shelly)]
    [InlineData(MqttFormat.Ruuvi)]
    [InlineData(MqttFormat.Owntracks)]
    [InlineData(MqttFormat.Sparkplug)]
    public void Every_format_reads_or_refuses_whatever_comes(MqttFormat format)
    {
        var settings = format switch
        {
            MqttFormat.Json => Settings(
                format, ("celsius", "$.temperature"), ("humidity", "$.dev.list[1].v"), ("observedAt", "$.dev.at"), ("fault", "$.dev.err"), ("unit", "F")),
            MqttFormat.Sparkplug => Settings(format, ("celsius", "T"), ("battery", "B"), ("fault", "F")),
            _ => Settings(format),
        };
        var parser = PayloadFormat.Of(settings, DriverRun.HostOf("/", TimeProvider.System) with { Bus = new RecordedBus() });
        var topics = new[] { "spBv1.0/g/DBIRTH/n/d", "spBv1.0/g/DDATA/n/d", "spBv1.0/g/NDATA/n", "DDATA", "a/b/DDATA", "spBv1.0/g/NDEATH/n" };
        var readings = new PayloadReadings();
        var number = 0;
        Fuzz.Run($"{format}".ToLowerInvariant(), Seeds(format), TestScale.Pick(1_000, 6_000, 1_000_000), input =>
        {
            readings.Clear();
            parser.Read(Device, topics[number++ % topics.Length], input, readings);
            Assert.True(readings.Count <= PayloadReadings.Max);
            foreach (var reading in readings.All())
            {
                CheckRanges(reading);
            }

            parser.DevicesGone(topics[number % topics.Length]);
        });
    }

    private static void CheckRanges(Reading reading)
    {
        switch (reading)
        {
            case TemperatureReading temperature:
                Assert.True(temperature.Celsius is null != temperature.Fault is null);
                Assert.True(temperature.Celsius is null or (>= -100 and <= 200));
                Assert.True(temperature.Humidity is null or (>= 0 and <= 100));
                Assert.True(temperature.Battery is null or (>= 0 and <= 100));
                break;
            case PositionReading position:
                Assert.InRange(position.Latitude, -90, 90);
                Assert.InRange(position.Longitude, -180, 180);
                break;
            case TagReading tag:
                Assert.InRange(tag.Hex.Length, 2, 124);
                Assert.True(tag.Hex.All(char.IsAsciiHexDigit));
                Assert.True(tag.Reads >= 1);
                break;
        }

        Assert.True(reading.ObservedAt is null or { Year: >= 2020 and < 2100 });
    }

    private static byte[][] Seeds(MqttFormat format) => format switch
    {
        MqttFormat.Number => [.. new[] { "4.5", "-18", "999", "open", " 2e1 " }.Select(Encoding.UTF8.GetBytes)],
        MqttFormat.Sparkplug =>
        [
            new SparkplugPayload(1786612468000).Metric("T", 7, 9, SparkplugPayload.Float(4.25f)).Metric("B", 8, 2, SparkplugPayload.Int(80), quality: 500).Bytes,
            new SparkplugPayload(1786612469000).Metric(null, 7, null, SparkplugPayload.Double(4.5), 1786612400000, historical: true)
                .Metric("F", null, 12, SparkplugPayload.Text("short")).Metric("T", null, null, null).Bytes,
        ],
        _ =>
        [
            .. Directory.GetFiles(Repository.PathOf("devices/EdgeGateway.Devices/Mqtt/recordings"))
                .Where(file => format == MqttFormat.Json
                    ? Path.GetFileName(file).StartsWith("json", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith("zigbee", StringComparison.Ordinal)
                    : Path.GetFileName(file).StartsWith($"{format}", StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
        ],
    };
}
