using System.Text;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Mqtt.Formats;
using EdgeGateway.Testing;
using static EdgeGateway.Devices.Tests.Mqtt.FormatRun;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Births, data, stored data and deaths of Sparkplug B.</summary>
public sealed class SparkplugTests
{
    private const int Int16 = 2;
    private const int Float = 9;
    private const int Boolean = 11;
    private const ulong Time = 1786612468000;

    private readonly RecordedBus bus = new();
    private readonly ManualTime time = new();

    [Fact]
    public void A_birth_gives_names_and_values_and_data_follow_by_alias()
    {
        var format = Format(("celsius", "Temperature/Probe 1"), ("battery", "Battery"));
        Assert.Equal(
            [new TemperatureReading(Device, At("2026-08-13T09:14:28Z"), 4.25, null, null, 80)],
            Read(format, "DBIRTH", new SparkplugPayload(Time)
                .Metric("Temperature/Probe 1", 7, Float, SparkplugPayload.Float(4.25f))
                .Metric("Door", 8, Boolean, SparkplugPayload.Bool(true))
                .Metric("Battery", 9, Int16, SparkplugPayload.Int(80))));
        Assert.Equal(
            [new TemperatureReading(Device, At("2026-08-13T09:14:29Z"), 4.5)],
            Read(format, "DDATA", new SparkplugPayload(Time + 1000).Metric(null, 7, null, SparkplugPayload.Float(4.5f))));
        Assert.Empty(Read(format, "DDATA", new SparkplugPayload(Time + 2000).Metric(null, 8, null, SparkplugPayload.Bool(false))));
        Assert.Empty(Read(format, "DDATA", new SparkplugPayload(Time + 3000).Metric(null, 9, null, SparkplugPayload.Int(79))));
        Assert.Empty(bus.Published);
    }

    [Fact]
    public void Whole_numbers_take_their_sign_from_the_type_in_the_birth()
    {
        var format = Format(("celsius", "T"));
        Read(format, "DBIRTH", new SparkplugPayload(Time).Metric("T", 1, Int16, SparkplugPayload.Int(3)));
        Assert.Equal(
            [new TemperatureReading(Device, At("2026-08-13T09:14:28Z"), -18)],
            Read(format, "DDATA", new SparkplugPayload(Time).Metric(null, 1, null, SparkplugPayload.Int(unchecked((ushort)-18)))));
    }

    [Fact]
    public void Stored_values_keep_each_its_own_time()
    {
        var format = Format(("celsius", "T"));
        Read(format, "NBIRTH", new SparkplugPayload(Time).Metric("T", 1, Float, SparkplugPayload.Float(3)));
        Assert.Equal(
            [
                new TemperatureReading(Device, At("2026-08-13T09:04:28Z"), 3.5) { IsStored = true },
                new TemperatureReading(Device, At("2026-08-13T09:09:28Z"), 4.5) { IsStored = true },
                new TemperatureReading(Device, At("2026-08-13T09:14:28Z"), 5),
            ],
            Read(format, "NDATA", new SparkplugPayload(Time)
                .Metric(null, 1, null, SparkplugPayload.Double(3.5), Time - 600_000, historical: true)
                .Metric(null, 1, null, SparkplugPayload.Double(4.5), Time - 300_000, historical: true)
                .Metric(null, 1, null, SparkplugPayload.Double(5))));
    }

    [Fact]
    public void A_stored_value_without_its_time_is_refused()
    {
        var readings = new PayloadReadings();
        Format(("celsius", "T")).Read(Device, "spBv1.0/plant/DDATA/node-1/probe-7", new SparkplugPayload(Time)
            .Metric("T", null, Float, SparkplugPayload.Float(4), historical: true)
            .Metric("T", null, Float, SparkplugPayload.Float(5)).Bytes, readings);

        Assert.Equal([new TemperatureReading(Device, At("2026-08-13T09:14:28Z"), 5)], readings.All());
        Assert.StartsWith("a stored value without its time", readings.Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(192, 4.5, null)]
    [InlineData(0, null, "bad quality (0)")]
    [InlineData(500, null, "stale")]
    public void A_value_of_bad_quality_is_no_good_value(int quality, double? celsius, string? fault) => Assert.Equal(
        [new TemperatureReading(Device, At("2026-08-13T09:14:28Z"), celsius, fault)],
        Read(Format(("celsius", "T"), ("battery", "B")), "DDATA", new SparkplugPayload(Time)
            .Metric("T", null, Float, SparkplugPayload.Float(4.5f), quality: (uint)quality)
            .Metric("B", null, Int16, SparkplugPayload.Int(80), quality: 0)));

    [Fact]
    public void An_input_of_bad_quality_is_refused()
    {
        var readings = new PayloadReadings();
        PayloadFormat.Of(Settings(MqttFormat.Sparkplug, ("active", "Door")) with { Kind = "door" }, Host).Read(
            Device, "spBv1.0/plant/DDATA/node-1/probe-7",
            new SparkplugPayload(Time).Metric("Door", null, Boolean, SparkplugPayload.Bool(true), quality: 0).Bytes, readings);

        Assert.Equal(0, readings.Count);
        Assert.Equal("the metric for Active is of bad quality (0)", readings.Refusal);
    }

    [Fact]
    public void A_null_is_a_fault() => Assert.Equal(
        [new TemperatureReading(Device, At("2026-08-13T09:14:28Z"), null, "no value")],
        Read(Format(("celsius", "T")), "DDATA", new SparkplugPayload(Time).Metric("T", null, Float, null)));

    [Fact]
    public void Inputs_and_tags_are_mapped_too()
    {
        var input = PayloadFormat.Of(Settings(MqttFormat.Sparkplug, ("active", "Door")) with { Kind = "door" }, Host);
        Assert.Equal(
            [new InputReading(Device, At("2026-08-13T09:14:28Z"), true)],
            Read(input, "DDATA", new SparkplugPayload(Time).Metric("Door", null, Boolean, SparkplugPayload.Bool(true))));
        Assert.Equal(
            [new TagReading(Device, At("2026-08-13T09:14:28Z"), "3074257BF7194E4000001A85", -51)],
            Read(Format(("hex", "EPC"), ("rssiDbm", "RSSI")), "DDATA", new SparkplugPayload(Time)
                .Metric("EPC", null, 12, SparkplugPayload.Text("3074257bf7194e4000001a85"))
                .Metric("RSSI", null, Int16, SparkplugPayload.Int(unchecked((ushort)-51)))));
    }

    [Fact]
    public void An_alias_before_any_birth_is_refused_and_a_birth_is_asked_for_but_not_again_and_again()
    {
        var format = Format(("celsius", "T"));
        for (var i = 0; i < 5; i++)
        {
            var readings = new PayloadReadings();
            format.Read(Device, "spBv1.0/plant/DDATA/node-1/probe-7", new SparkplugPayload(Time).Metric(null, 7, null, SparkplugPayload.Float(4)).Bytes, readings);
            Assert.Equal("a metric with the alias 7 before any birth was heard; the node was asked for one", readings.Refusal);
            time.Advance(TimeSpan.FromSeconds(8));
        }

        Assert.Equal(2, bus.Published.Count);
        Assert.All(bus.Published, command => Assert.Equal("spBv1.0/plant/NCMD/node-1", command.Topic));
        Assert.Contains("Node Control/Rebirth", Encoding.UTF8.GetString(bus.Published.First().Payload), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DDEATH")]
    [InlineData("NDEATH")]
    public void A_death_unplugs_the_device(string type)
    {
        var readings = new PayloadReadings();
        Format(("celsius", "T")).Read(Device, $"spBv1.0/plant/{type}/node-1", new SparkplugPayload(Time).Bytes, readings);
        Assert.Contains(type, readings.Death, StringComparison.Ordinal);
    }

    [Fact]
    public void The_death_of_its_node_is_heard_for_a_device() => Assert.Equal(
        ["spBv1.0/plant/+/node-1/probe-7", "spBv1.0/plant/NDEATH/node-1"],
        Format(("celsius", "T")).Filters("spBv1.0/plant/+/node-1/probe-7"));

    [Fact]
    public async Task With_a_wildcard_a_death_unplugs_the_devices_that_it_is_about()
    {
        await using var run = DriverRun.Start(Many, bus: bus);
        await Born("node-1", "probe-7");
        await Born("node-1", "probe-8");
        await Born("node-2", "probe-9");
        Assert.Equal(["spBv1.0/plant/+/+/+", "spBv1.0/plant/NDEATH/+"], bus.Filters.Order(StringComparer.Ordinal));

        await bus.Deliver(new MqttMessage("spBv1.0/plant/DDEATH/node-1/probe-7", new SparkplugPayload(Time).Bytes, Retained: false));
        Assert.Equal(["probe-7"], Unplugged(run));
        await bus.Deliver(new MqttMessage("spBv1.0/plant/NDEATH/node-1", new SparkplugPayload(Time).Bytes, Retained: false));
        Assert.Equal(["probe-7", "probe-8"], Unplugged(run));

        // After its death a device's aliases mean nothing until it is born again.
        await bus.Deliver(new MqttMessage(
            "spBv1.0/plant/DDATA/node-1/probe-8", new SparkplugPayload(Time).Metric(null, 7, null, SparkplugPayload.Float(9)).Bytes, Retained: false));
        Assert.Contains("alias 7 before any birth", Assert.Single(run.Sink.Refusals), StringComparison.Ordinal);
        await Born("node-1", "probe-8");
        Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
    }

    [Fact]
    public async Task What_a_node_had_stored_does_not_tell_how_its_device_is_now()
    {
        await using var run = DriverRun.Start(Many, bus: bus);
        await Born("node-1", "probe-7");
        await bus.Deliver(new MqttMessage(
            "spBv1.0/plant/DDATA/node-1/probe-7",
            new SparkplugPayload(Time).Metric("T", null, Float, null, Time - 600_000, historical: true).Bytes, Retained: false));

        Assert.Equal("no value", run.Sink.Of<TemperatureReading>()[^1].Fault);
        Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
    }

    [Theory]
    [InlineData("FF", "broken protobuf")]
    [InlineData("12050A", "broken protobuf")]
    [InlineData("1202FFFF", "a metric is broken")]
    [InlineData("0B", "broken protobuf")]
    public void What_is_no_payload_is_refused(string hex, string refusal)
    {
        var readings = new PayloadReadings();
        Format(("celsius", "T")).Read(Device, "spBv1.0/plant/DDATA/node-1/probe-7", Convert.FromHexString(hex), readings);
        Assert.EndsWith(refusal, readings.Refusal, StringComparison.Ordinal);
    }

    private static MqttSettings Many => Settings(MqttFormat.Sparkplug, ("celsius", "T")) with { Topic = "spBv1.0/plant/+/+/{device}", Zone = null, Passage = null };

    private Task Born(string node, string device) => bus.Deliver(new MqttMessage(
        $"spBv1.0/plant/DBIRTH/{node}/{device}", new SparkplugPayload(Time).Metric("T", 7, Float, SparkplugPayload.Float(4)).Bytes, Retained: false));

    private static IEnumerable<string> Unplugged(DriverRun run) =>
        run.Sink.Reported.Where(report => report.Condition == DeviceCondition.Unplugged).Select(report => report.Device).Distinct(StringComparer.Ordinal);

    private DriverHost Host => DriverRun.HostOf("/", time) with { Bus = bus };

    private PayloadFormat Format(params (string Key, string Value)[] map) => PayloadFormat.Of(Settings(MqttFormat.Sparkplug, map), Host);

    private static IReadOnlyList<Reading> Read(PayloadFormat format, string type, SparkplugPayload payload)
    {
        var readings = new PayloadReadings();
        format.Read(Device, $"spBv1.0/plant/{type}/node-1/probe-7", payload.Bytes, readings);
        Assert.Null(readings.Refusal);
        return readings.All();
    }
}
