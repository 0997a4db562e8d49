using EdgeGateway.Devices.Mqtt;
using static EdgeGateway.Devices.Tests.Mqtt.FormatRun;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Edges of the formats: units, times, ranges, and what is refused with which words.</summary>
public sealed class FormatTests
{
    [Theory]
    [InlineData("4.5", 4.5)]
    [InlineData(" -18 \n", -18)]
    [InlineData("2e1", 20)]
    public void A_bare_number_is_a_temperature(string payload, double celsius) =>
        Assert.Equal([new TemperatureReading(Device, null, celsius)], Read(Settings(MqttFormat.Number), payload).All());

    [Fact]
    public void A_bare_number_may_be_Fahrenheit() =>
        Assert.Equal([new TemperatureReading(Device, null, 4)], Read(Settings(MqttFormat.Number, ("unit", "F")), "39.2").All());

    [Theory]
    [InlineData("open", true)]
    [InlineData("OFF", false)]
    [InlineData("1", true)]
    [InlineData("closed\n", false)]
    public void A_word_is_the_state_of_an_input(string payload, bool active) =>
        Assert.Equal([new InputReading(Device, null, active)], Read(Settings(MqttFormat.Number) with { Kind = "door" }, payload).All());

    [Theory]
    [InlineData("""{"t":4,"at":"2026-08-13T09:14:28.651Z"}""", "2026-08-13T09:14:28.651Z")]
    [InlineData("""{"t":4,"at":"2026-08-13T09:14:28.651123456+02:00"}""", "2026-08-13T07:14:28.6511234Z")]
    [InlineData("""{"t":4,"at":"2026-08-13 09:14:28-0530"}""", "2026-08-13T14:44:28Z")]
    [InlineData("""{"t":4,"at":1786612468}""", "2026-08-13T09:14:28Z")]
    [InlineData("""{"t":4,"at":1786612468.25}""", "2026-08-13T09:14:28.250Z")]
    [InlineData("""{"t":4,"at":1786612468123}""", "2026-08-13T09:14:28.123Z")]
    [InlineData("""{"t":4,"at":"1786612468123"}""", "2026-08-13T09:14:28.123Z")]
    public void Times_are_ISO_8601_or_Unix_seconds_or_milliseconds(string payload, string expected) =>
        Assert.Equal([new TemperatureReading(Device, At(expected), 4)], Read(Timed, payload).All());

    [Theory]
    [InlineData("""{"t":4,"at":0}""")]
    [InlineData("""{"t":4,"at":"1970-01-01T00:00:12Z"}""")]
    [InlineData("""{"t":4,"at":null}""")]
    [InlineData("""{"t":4}""")]
    public void Where_the_source_has_no_clock_the_time_of_arrival_counts(string payload) =>
        Assert.Equal([new TemperatureReading(Device, null, 4)], Read(Timed, payload).All());

    [Theory]
    [InlineData("", "not JSON at byte 1 of line 1")]
    [InlineData("hello", "not JSON at byte 1 of line 1")]
    [InlineData("{\"t\":4", "not JSON at byte 7 of line 1")]
    [InlineData("{\"t\":4} 5", "not JSON at byte 9 of line 1")]
    [InlineData("[]", "a temperature not found where the map says: $.t, $.at")]
    [InlineData("""{"x":4}""", "a temperature not found where the map says: $.t, $.at")]
    [InlineData("""{"t":{"x":4}}""", "a temperature not found where the map says: $.t, $.at")]
    [InlineData("""{"t":"warm"}""", "the value at $.t is not a number")]
    [InlineData("""{"t":true}""", "the value at $.t is not a number")]
    [InlineData("""{"t":1e999}""", "the value at $.t is not a number")]
    [InlineData("""{"t":4,"at":"yesterday"}""", "the value at $.at is no time: ISO 8601 with a zone, or Unix seconds or milliseconds")]
    [InlineData("""{"t":4,"at":"2026-08-13T09:14:28"}""", "the value at $.at is no time: ISO 8601 with a zone, or Unix seconds or milliseconds")]
    [InlineData("""{"t":4,"at":"2026-13-13T09:14:28Z"}""", "the value at $.at is no time: ISO 8601 with a zone, or Unix seconds or milliseconds")]
    [InlineData("""{"t":850}""", "850 °C is out of range (-100 to 200); is the unit right?")]
    public void What_is_no_reading_is_refused_in_words(string payload, string refusal)
    {
        var readings = Read(Timed, payload);
        Assert.Equal(refusal, readings.Refusal);
        Assert.Equal(0, readings.Count);
    }

    [Theory]
    [InlineData("""{"t":null}""", "no value")]
    [InlineData("""{"t":4,"e":"short circuit"}""", "short circuit")]
    [InlineData("""{"t":4,"e":true}""", "fault")]
    [InlineData("""{"t":4,"e":7}""", "fault 7")]
    public void A_fault_is_a_reading_without_a_temperature(string payload, string fault) => Assert.Equal(
        [new TemperatureReading(Device, null, null, fault)],
        Read(Settings(MqttFormat.Json, ("celsius", "$.t"), ("fault", "$.e")), payload).All());

    [Theory]
    [InlineData("""{"t":4,"e":false}""")]
    [InlineData("""{"t":4,"e":0}""")]
    [InlineData("""{"t":4,"e":""}""")]
    [InlineData("""{"t":4,"e":"ok"}""")]
    [InlineData("""{"t":4,"e":null}""")]
    public void No_fault_is_none(string payload) => Assert.Equal(
        [new TemperatureReading(Device, null, 4)],
        Read(Settings(MqttFormat.Json, ("celsius", "$.t"), ("fault", "$.e")), payload).All());

    [Theory]
    [InlineData(100.4, 100.0)]
    [InlineData(163.8, null)]
    [InlineData(-1, null)]
    public void A_humidity_that_cannot_be_does_not_cost_the_temperature(double reported, double? kept) => Assert.Equal(
        [new TemperatureReading(Device, null, 4, null, kept)],
        Read(Settings(MqttFormat.Json, ("celsius", "$.t"), ("humidity", "$.h")), $$"""{"t":4,"h":{{reported}}}""").All());

    [Theory]
    [InlineData("""{"lat":91,"lon":0}""", "91, 0 is no place on Earth")]
    [InlineData("""{"lat":1}""", "latitude and longitude not found where the map says: $.lat, $.lon")]
    public void A_position_is_on_Earth(string payload, string refusal) =>
        Assert.Equal(refusal, Read(Settings(MqttFormat.Json, ("latitude", "$.lat"), ("longitude", "$.lon")), payload).Refusal);

    [Theory]
    [InlineData("\"3074257bf7194e4000001a8\"", "a tag of 23 characters is not hex digits, an even count up to 124")]
    [InlineData("\"urn:epc\"", "a tag of 7 characters is not hex digits, an even count up to 124")]
    [InlineData("12", "the value at $.tag is not hex digits")]
    public void A_tag_is_hex(string value, string refusal) =>
        Assert.Equal(refusal, Read(Settings(MqttFormat.Json, ("hex", "$.tag")), $$"""{"tag":{{value}}}""").Refusal);

    [Fact]
    public void What_is_good_in_a_batch_is_taken_and_what_is_not_is_refused()
    {
        var readings = Read(Settings(MqttFormat.Zebra), """[{"data":{"idHex":"xyz"}},{"data":{"idHex":"AB12"}},7]""");
        Assert.Equal([new TagReading(Device, null, "AB12")], readings.All());
        Assert.Equal("a tag of 3 characters is not hex digits, an even count up to 124", readings.Refusal);
    }

    [Fact]
    public void A_batch_without_end_is_bounded()
    {
        var readings = Read(Settings(MqttFormat.Zebra), "[" + string.Join(',', Enumerable.Repeat("""{"data":{"idHex":"AB12"}}""", 10_001)) + "]");
        Assert.Equal(10_000, readings.Count);
        Assert.Equal("more than 10000 readings in one payload", readings.Refusal);
    }

    [Theory]
    [InlineData(MqttFormat.Zebra, """{"timestamp":"2026-08-13T09:14:28.651+0000"}""", "not a tag event of a Zebra reader: no \"data\"")]
    [InlineData(MqttFormat.Zebra, """{"data":{"peakRssi":-34}}""", "not a tag event of a Zebra reader: no \"data.idHex\"")]
    [InlineData(MqttFormat.Impinj, """{"eventType":"tagInventory"}""", "not an event of an Impinj reader: no \"tagInventoryEvent\"")]
    [InlineData(MqttFormat.Impinj, """{"tagInventoryEvent":{"epc":"***"}}""", "the tag of an Impinj reader has neither \"epcHex\" nor an \"epc\" in base64url")]
    [InlineData(MqttFormat.Owntracks, """{"_type":"encrypted","data":"x"}""", "an encrypted message of OwnTracks; leave its payload encryption off and use TLS")]
    [InlineData(MqttFormat.Owntracks, """{"_type":"location","lat":1}""", "a location of OwnTracks without \"lat\" and \"lon\"")]
    [InlineData(MqttFormat.Tasmota, """{"Time":"2026-08-13T03:14:28","POWER":"ON"}""", "a message of Tasmota without a temperature")]
    [InlineData(MqttFormat.Shelly, """{"id":0}""", "not a message of a Shelly: neither \"params\" nor \"tC\"")]
    [InlineData(MqttFormat.Ruuvi, """{"data":"02"}""", "not an advertisement of a Ruuvi tag in data format 5")]
    [InlineData(MqttFormat.Ruuvi, """{"data":"zz"}""", "not a message of a Ruuvi Gateway: \"data\" is not an advertisement in hex")]
    [InlineData(MqttFormat.Number, "warm", "not a number")]
    [InlineData(MqttFormat.Number, "", "not a number")]
    [InlineData(MqttFormat.Number, "NaN", "not a number")]
    [InlineData(MqttFormat.Json, "{\"t\":\"\\ud800\"}", "the value at $.t is not a number")]
    public void Every_format_says_why(MqttFormat format, string payload, string refusal)
    {
        var settings = format == MqttFormat.Json ? Timed : Settings(format);
        Assert.Equal(refusal, Read(settings, payload).Refusal);
    }

    [Fact]
    public void A_Gen1_Shelly_says_999_for_a_probe_that_is_not_plugged_in() => Assert.Equal(
        [new TemperatureReading(Device, null, null, "probe not plugged in")], Read(Settings(MqttFormat.Shelly), "999").All());

    private static MqttSettings Timed => Settings(MqttFormat.Json, ("celsius", "$.t"), ("observedAt", "$.at"));
}
