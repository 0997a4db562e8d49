using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Mqtt.Formats;
using EdgeGateway.Testing;
using static EdgeGateway.Devices.Tests.Mqtt.FormatRun;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>What each format makes of payloads as products send them.</summary>
public sealed class RecordingTests
{
    [Fact]
    public void Zebra_fixed_readers_send_one_tag_a_message_or_many()
    {
        Assert.Equal(
            [new TagReading(Device, At("2026-08-13T09:14:28.651Z"), "AA0004EF55555555AA21BF43", -34, 4)],
            Good(Settings(MqttFormat.Zebra), Recording("zebra-fixed-custom.json")));
        Assert.Equal(
            [new TagReading(Device, At("2026-08-13T09:14:28.651Z"), "3074257BF7194E4000001A85")],
            Good(Settings(MqttFormat.Zebra), Recording("zebra-fixed-simple.json")));
        Assert.Equal(
            [
                new TagReading(Device, At("2026-08-13T09:14:28.651Z"), "3074257BF7194E4000001A85", -51, 1, 7),
                new TagReading(Device, At("2026-08-13T09:14:28.702Z"), "3174257BF4499602D2000000", -47, 2, 3),
            ],
            Good(Settings(MqttFormat.Zebra), Recording("zebra-fixed-batch.json")));
    }

    [Fact]
    public void Zebra_handhelds_send_lists() => Assert.Equal(
        [
            new TagReading(Device, At("2026-08-13T09:14:28.651Z"), "30340242201D8840009EFDF7", -39),
            new TagReading(Device, At("2026-08-13T09:14:28.651Z"), "E28011606000020A6681F23F", -62, null, 4),
        ],
        Good(Settings(MqttFormat.Zebra), Recording("zebra-handheld.json")));

    [Fact]
    public void Impinj_readers_send_hex_or_base64url_with_nanoseconds()
    {
        Assert.Equal(
            [new TagReading(Device, At("2021-02-02T22:18:35.499734Z"), "E28011606000020A6681F23F", -63.5, 1)],
            Good(Settings(MqttFormat.Impinj), Recording("impinj-r700.json")));
        Assert.Equal(
            [new TagReading(Device, At("2021-02-02T22:18:35.6584766Z"), "E28011606000020A6681F23F", null, 1)],
            Good(Settings(MqttFormat.Impinj), Recording("impinj-r700-base64.json")));
    }

    [Fact]
    public void Impinj_events_about_no_tag_and_keep_alives_are_passed_over()
    {
        Assert.Equal(
            [new TagReading(Device, At("2021-02-02T22:18:35.6584766Z"), "3074257BF7194E4000001A85", null, 2)],
            Good(Settings(MqttFormat.Impinj), Recording("impinj-webhook.json")));
        Assert.Empty(Good(Settings(MqttFormat.Impinj), Recording("impinj-keep-alive.json")));
    }

    [Fact]
    public void OwnTracks_sends_kilometres_an_hour_and_other_things_than_locations()
    {
        Assert.Equal(
            [new PositionReading(Device, At("2026-08-13T09:14:28Z"), 42.698334, 23.319941, 12, 15, 271)],
            Good(Settings(MqttFormat.Owntracks), Recording("owntracks-location.json")));
        Assert.Empty(Good(Settings(MqttFormat.Owntracks), Recording("owntracks-transition.json")));
    }

    [Fact]
    public void Tasmota_writes_local_time_and_any_unit()
    {
        var chicago = Settings(MqttFormat.Tasmota) with { TimeZone = "America/Chicago" };
        Assert.Equal(
            [new TemperatureReading(Device, At("2020-02-10T22:43:14Z"), 24.2)],
            Good(chicago, Recording("tasmota-one.json")));
        Assert.Equal(
            [new TemperatureReading(Device, At("2026-08-13T08:14:28Z"), 4)],
            Good(chicago with { Probe = "DS18B20-1" }, Recording("tasmota-several-fahrenheit.json")));
        Assert.Equal(
            [new TemperatureReading(Device, At("2026-08-13T08:14:28Z"), -18)],
            Good(chicago with { Probe = "0316A279CAFF" }, Recording("tasmota-several-fahrenheit.json")));
        Assert.Equal(
            [new TemperatureReading(Device, At("2026-08-13T08:14:28Z"), 4.7, null, 71.4)],
            Good(chicago, Recording("tasmota-humidity.json")));
        Assert.Equal(
            [new TemperatureReading(Device, At("2026-08-13T08:14:28Z"), null, "no value")],
            Good(chicago, Recording("tasmota-no-value.json")));
    }

    [Fact]
    public void Of_several_Tasmota_probes_one_must_be_named() => Assert.Equal(
        "a message of Tasmota with 2 probes; make a device of each and name it in \"probe\"",
        Read(Settings(MqttFormat.Tasmota), Recording("tasmota-several-fahrenheit.json")).Refusal);

    [Theory]
    [InlineData("2026-11-01T06:10:00Z", "2026-11-01T06:05:00Z")]
    [InlineData("2026-11-01T07:10:00Z", "2026-11-01T07:05:00Z")]
    public void The_hour_that_comes_twice_is_the_one_nearer_to_now(string now, string expected)
    {
        var time = new ManualTime(At(now));
        var payload = """{"Time":"2026-11-01T01:05:00","DS18B20":{"Temperature":4},"TempUnit":"C"}"""u8.ToArray();
        Assert.Equal(
            [new TemperatureReading(Device, At(expected), 4)],
            Good(Settings(MqttFormat.Tasmota) with { TimeZone = "America/Chicago" }, payload, time));
    }

    [Fact]
    public void Shelly_sends_numbers_components_and_notifications()
    {
        var shelly = Settings(MqttFormat.Shelly);
        Assert.Equal([new TemperatureReading(Device, null, 19.88)], Good(shelly, Recording("shelly-gen1.txt")));
        Assert.Equal(
            [new TemperatureReading(Device, At("2023-04-08T14:07:59.620Z"), 19.8, null, 54.4, 71)],
            Good(shelly, Recording("shelly-gen2-full.json")));
        Assert.Equal(
            [new TemperatureReading(Device, At("2026-08-13T09:14:28.120Z"), 3.4)],
            Good(shelly with { Probe = "temperature:100" }, Recording("shelly-gen2-change.json")));
        Assert.Equal([new TemperatureReading(Device, null, -19.1)], Good(shelly, Recording("shelly-gen2-component.json")));
        Assert.Equal([new TemperatureReading(Device, null, null, "sensor error")], Good(shelly, Recording("shelly-gen2-error.json")));
        Assert.Empty(Good(shelly, Recording("shelly-gen2-other.json")));
        Assert.Empty(Good(shelly with { Probe = "temperature:101" }, Recording("shelly-gen2-change.json")));
    }

    [Fact]
    public void Ruuvi_advertisements_of_format_5_are_readings_and_others_are_not()
    {
        var ruuvi = Settings(MqttFormat.Ruuvi);
        Assert.Equal(
            [new TemperatureReading(Device, At("2026-08-13T09:14:28Z"), 24.3, null, 53.49)],
            Good(ruuvi, Recording("ruuvi-gateway.json")));
        Assert.Equal(
            [new TemperatureReading(Device, At("2026-08-13T09:14:28Z"), null, "no value")],
            Good(ruuvi, Recording("ruuvi-invalid.json")));
        Assert.Equal("not an advertisement of a Ruuvi tag in data format 5", Read(ruuvi, Recording("ruuvi-other-device.json")).Refusal);
    }

    [Fact]
    public void A_map_finds_values_anywhere()
    {
        var zigbee = Settings(MqttFormat.Json, ("celsius", "$.temperature"), ("humidity", "$.humidity"), ("battery", "$['battery']"));
        Assert.Equal([new TemperatureReading(Device, null, 22.75, null, 55.43, 86)], Good(zigbee, Recording("zigbee2mqtt-probe.json")));

        var nested = Settings(
            MqttFormat.Json, ("celsius", "$.dev.list[0].v"), ("humidity", "$.dev.list[1].v"), ("observedAt", "$.dev.at"), ("fault", "$.dev.err"), ("unit", "F"));
        Assert.Equal([new TemperatureReading(Device, At("2026-08-13T07:14:28.651Z"), 3.5, null, 70)], Good(nested, Recording("json-nested.json")));

        var contact = Settings(MqttFormat.Json, ("active", "$.contact")) with { Kind = "door", ActiveLow = true };
        Assert.Equal([new InputReading(Device, null, true)], Good(contact, Recording("zigbee2mqtt-contact.json")));
    }

    [Fact]
    public void Sparkplug_data_may_name_their_metrics_and_tell_their_quality()
    {
        var readings = new PayloadReadings();
        PayloadFormat.Of(Settings(MqttFormat.Sparkplug, ("celsius", "Temperature/Probe 1"), ("battery", "Battery")), DriverRun.HostOf("/", TimeProvider.System))
            .Read(Device, "spBv1.0/plant/DDATA/node-1/probe-7", Recording("sparkplug-ddata.bin"), readings);
        Assert.Equal([new TemperatureReading(Device, At("2026-08-13T09:14:28.651Z"), 4.25, null, null, 86)], readings.All());
    }

    [Fact]
    public void Every_recording_is_read_by_a_test()
    {
        var tests = File.ReadAllText(Repository.PathOf("tests/EdgeGateway.Devices.Tests/Mqtt/RecordingTests.cs"));
        var recordings = Directory.GetFiles(Repository.PathOf("devices/EdgeGateway.Devices/Mqtt/recordings")).Select(Path.GetFileName).ToArray();
        Assert.NotEmpty(recordings);
        Assert.All(recordings, name => Assert.Contains($"\"{name}\"", tests, StringComparison.Ordinal));
    }
}
