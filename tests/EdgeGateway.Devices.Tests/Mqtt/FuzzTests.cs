using System.Buffers;
using System.Text;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Mqtt.Client;
using EdgeGateway.Devices.Mqtt.Formats;
using EdgeGateway.Testing;
using static EdgeGateway.Devices.Tests.Mqtt.FormatRun;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Damaged packets and payloads without end: each is read or refused, none throws anything else.</summary>
[Trait("Speed", "Slow")]
public sealed class FuzzTests
{
    private static readonly byte[][] Packets = [.. new[]
    {
        "20021000", "2003000000", "20130000101300642100142700010000290112000161", "300300016178", "3206000161000778", "3A06000161000778",
        "3406000161000900", "3009000161030B81017878", "320B0001610009040B010B027878", "40020007", "400400071000", "62020009", "9004000A0002",
        "9003000A02", "B004000B0000", "D000", "E000", "E0018E", "E0048E021F00", "F00118",
    }.Select(Convert.FromHexString)];

    [Fact]
    public void The_packet_reader_refuses_what_is_malformed_and_never_reads_beyond_it()
    {
        Fuzz.Run("packets", Packets, TestScale.Pick(5_000, 50_000, 1_000_000), input =>
        {
            foreach (var version in (MqttVersion[])[MqttVersion.V5, MqttVersion.V311])
            {
                ReadAll(input, version);
            }
        });
    }

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
        var topics = new[] { "spBv1.0/g/DBIRTH/n/d", "spBv1.0/g/DDATA/n/d", "spBv1.0/g/NDATA/n", "DDATA", "a/b/DDATA" };
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
        });
    }

    /// <summary>As the connection reads: packet after packet, from a buffer in two pieces.</summary>
    private static void ReadAll(byte[] input, MqttVersion version)
    {
        var rest = input.Length > 1 ? TwoPieces(input, input.Length / 2) : new ReadOnlySequence<byte>(input);
        try
        {
            while (PacketHeader.TryRead(rest, out var header) && rest.Length >= header.Length + header.BodyLength)
            {
                var body = rest.Slice(header.Length, header.BodyLength).ToArray();
                if (header.Type == PacketType.Publish)
                {
                    var publish = PublishPacket.Parse(header, body, version);
                    Assert.InRange(publish.PayloadOffset, 2, body.Length);
                    publish.IsFor(1);
                }
                else if (header.Type == PacketType.ConnAck)
                {
                    ConnAckPacket.Parse(body, version);
                }
                else
                {
                    var reader = new PacketReader(body);
                    reader.PacketId();
                    reader.Properties();
                }

                rest = rest.Slice(header.Length + header.BodyLength);
            }
        }
        catch (MqttProtocolException)
        {
            // The one answer to what is malformed.
        }
    }

    private static ReadOnlySequence<byte> TwoPieces(byte[] bytes, int at)
    {
        var first = new Piece(bytes.AsMemory(0, at), 0, null);
        var second = new Piece(bytes.AsMemory(at), at, first);
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
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
            new SparkplugPayload(1786612468000).Metric("T", 7, 9, SparkplugPayload.Float(4.25f)).Metric("B", 8, 2, SparkplugPayload.Int(80)).Bytes,
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

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long runningIndex, Piece? before)
        {
            Memory = memory;
            RunningIndex = runningIndex;
            before?.Next = this;
        }
    }
}
