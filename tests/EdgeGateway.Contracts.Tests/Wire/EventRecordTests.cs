using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Testing;

namespace EdgeGateway.Contracts.Tests.Wire;

public sealed class EventRecordTests
{
    private const string Temperature =
        """{"gateway":"g","store":"s","seq":1,"site":"x","device":"d","observedAt":"2026-01-02T03:04:05.678Z","clock":"ntp","celsius":4.5}""";

    [Fact]
    public void A_record_is_the_head_and_the_body_in_one_object()
    {
        var output = new ArrayBufferWriter<byte>();
        EventRecord.Write(output, Samples.Head with { Asset = null }, """{"celsius":4.5}"""u8);

        Assert.Equal(
            """{"gateway":"store-1","store":"01J","seq":7,"site":"dallas","device":"probe-1","observedAt":"2026-01-02T03:04:05.678Z","clock":"ntp","celsius":4.5}""",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_record_may_have_no_fields_of_its_own()
    {
        var output = new ArrayBufferWriter<byte>();
        EventRecord.Write(output, Samples.Head, "{}"u8);

        Assert.Equal("ntp", JsonNode.Parse(output.WrittenSpan)!["clock"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData(" {\"celsius\":1}")]
    public void A_body_that_is_no_object_is_a_mistake_of_the_caller(string body) =>
        Assert.Throws<ArgumentException>(() => EventRecord.Write(new ArrayBufferWriter<byte>(), Samples.Head, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Every_event_is_read_back_as_it_was_written()
    {
        foreach (var written in Samples.Events)
        {
            var read = EventRecord.Parse(Topics.Of(written.Family), Samples.Value(written));

            Assert.Equal(
                written with { Gateway = "store-1", Store = "01J", Seq = 7, Site = "dallas", Asset = "truck-4", Device = "probe-1", Clock = ClockQuality.Ntp },
                read);
        }
    }

    [Theory]
    [InlineData("gateway", null, "gateway is missing")]
    [InlineData("gateway", "\"a/b\"", "gateway holds a slash or a control character")]
    [InlineData("gateway", "5", "gateway is not a string")]
    [InlineData("store", "\"\"", "store has 0 characters, not 1 to 128")]
    [InlineData("seq", "0", "seq is 0, not within 1 to 9223372036854775807")]
    [InlineData("seq", "1.5", "seq is not a whole number")]
    [InlineData("seq", "\"1\"", "seq is not a whole number")]
    [InlineData("site", null, "site is missing")]
    [InlineData("device", null, "device is missing")]
    [InlineData("observedAt", "\"yesterday\"", "observedAt is not an ISO 8601 time with a zone")]
    [InlineData("observedAt", "\"2026-01-02T03:04:05\"", "observedAt is not an ISO 8601 time with a zone")]
    [InlineData("observedAt", "\"1969-12-31T23:59:59Z\"", "observedAt lies before 1970")]
    [InlineData("clock", "\"sundial\"", "clock is 'sundial', not one of gps, ntp, rtc, unsynced")]
    [InlineData("celsius", "2000.5", "celsius is 2000.5, not within -273.15 to 2000")]
    [InlineData("celsius", "-273.2", "celsius is -273.2, not within -273.15 to 2000")]
    [InlineData("celsius", "1e999", "celsius is ∞, not within -273.15 to 2000")]
    [InlineData("celsius", "\"4.5\"", "celsius is not a number")]
    [InlineData("celsius", null, "celsius is missing, and so is fault")]
    [InlineData("fault", "\"crc\"", "celsius and fault exclude each other")]
    [InlineData("humidity", "101", "humidity is 101, not within 0 to 100")]
    public void What_is_wrong_is_said_with_the_field(string field, string? json, string message)
    {
        var record = JsonNode.Parse(Temperature)!.AsObject();
        record.Remove(field);
        var text = record.ToJsonString();
        var value = json is null ? text : $"{text[..^1]},\"{field}\":{json}}}";

        var refusal = Assert.Throws<FormatException>(() => EventRecord.Parse(Topics.Temperature, Encoding.UTF8.GetBytes(value)));

        Assert.Equal(message.Replace("∞", double.PositiveInfinity.ToString(), StringComparison.Ordinal), refusal.Message);
    }

    [Theory]
    [InlineData("", "the value is not JSON")]
    [InlineData("null", "the value is not a JSON object")]
    [InlineData("[]", "the value is not a JSON object")]
    [InlineData("{\"gateway\":\"\\ud800\"}", "the value holds text that is not Unicode")]
    [InlineData("{\"gateway\":", "the value is not JSON")]
    [InlineData(Temperature + "x", "the value is not JSON")]
    [InlineData(Temperature + Temperature, "the value is not JSON")]
    public void What_is_no_object_is_refused(string value, string message) =>
        Assert.StartsWith(
            message,
            Assert.Throws<FormatException>(() => EventRecord.Parse(Topics.Temperature, Encoding.UTF8.GetBytes(value))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_value_too_long_is_not_read_at_all() =>
        Assert.Contains(
            "more than 65536",
            Assert.Throws<FormatException>(() => EventRecord.Parse(Topics.Temperature, new byte[EventRecord.MaxBytes + 1])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_topic_without_numbered_events_is_refused() =>
        Assert.Throws<FormatException>(() => EventRecord.Parse(Topics.Movements, Encoding.UTF8.GetBytes(Temperature)));

    [Theory]
    [InlineData("{\"latitude\":90.1,\"longitude\":0}", "latitude is 90.1, not within -90 to 90")]
    [InlineData("{\"latitude\":0,\"longitude\":-180.1}", "longitude is -180.1, not within -180 to 180")]
    [InlineData("{\"longitude\":0}", "latitude is missing")]
    public void A_position_off_the_globe_is_refused(string body, string message) => AssertRefused(Topics.Position, body, message);

    [Theory]
    [InlineData("{\"kind\":\"shed\",\"fromSeq\":9,\"toSeq\":8,\"family\":\"tags\",\"count\":1,\"reason\":\"r\"}", "toSeq is 8, less than fromSeq 9")]
    [InlineData("{\"kind\":\"lost\",\"fromSeq\":1,\"toSeq\":8,\"family\":\"tags\",\"count\":1,\"reason\":\"r\"}", "kind is 'lost', not one of shed, expired, corrupt, thinned")]
    public void A_ledger_entry_must_name_a_range(string body, string message) => AssertRefused(Topics.Ledger, body, message);

    [Fact]
    public void Escaped_and_foreign_text_is_read_as_what_it_means()
    {
        var value = Temperature.Replace("\"x\"", "\"S\\u00fcd\"", StringComparison.Ordinal).Replace("gateway", "\\u0067ateway", StringComparison.Ordinal);

        var read = EventRecord.Parse(Topics.Temperature, Encoding.UTF8.GetBytes(value));

        Assert.Equal(("g", "Süd"), (read.Gateway, read.Site));
    }

    [Fact]
    public void Words_for_a_person_are_cut_rather_than_refused_by_the_reader()
    {
        var fault = new TemperatureEvent { Device = "d", ObservedAt = Samples.Head.ObservedAt, Fault = new string('x', 1_000) };

        var read = (TemperatureEvent)EventRecord.Parse(Topics.Temperature, Samples.Value(fault));

        Assert.Equal(512, read.Fault!.Length);
    }

    [Fact]
    public void Reading_allocates_nothing_but_the_event_once_its_names_were_seen()
    {
        var value = Encoding.UTF8.GetBytes(Temperature);
        var read = EventRecord.Parse(Topics.Temperature, value);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            read = EventRecord.Parse(Topics.Temperature, value);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 1, 200);
        Assert.Equal(4.5, ((TemperatureEvent)read).Celsius);
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>(1024);
        EventRecord.Write(output, Samples.Head, """{"celsius":4.5}"""u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            output.ResetWrittenCount();
            EventRecord.Write(output, Samples.Head, """{"celsius":4.5}"""u8);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Bytes_changed_at_random_are_read_or_refused_with_a_reason()
    {
        var random = new Random(11);
        var samples = Samples.All().ToList();
        var count = TestScale.Pick(quick: 3_000, normal: 50_000, @long: 1_000_000);
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            var (topic, sample) = samples[random.Next(samples.Count)];
            var value = sample.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                value[random.Next(value.Length)] = (byte)random.Next(256);
            }

            try
            {
                Samples.Parse(topic, value.AsSpan(0, random.Next(8) == 0 ? random.Next(value.Length) : value.Length));
            }
            catch (FormatException e)
            {
                Assert.NotEmpty(e.Message);
                refused++;
            }
        }

        Assert.InRange(refused, count / 10, count);
    }

    private static void AssertRefused(string topic, string body, string message)
    {
        var output = new ArrayBufferWriter<byte>();
        EventRecord.Write(output, Samples.Head, Encoding.UTF8.GetBytes(body));

        Assert.Equal(message, Assert.Throws<FormatException>(() => EventRecord.Parse(topic, output.WrittenSpan)).Message);
    }
}
