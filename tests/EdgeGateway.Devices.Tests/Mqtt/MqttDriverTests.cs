using EdgeGateway.Contracts;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Testing;
using static EdgeGateway.Devices.Tests.Mqtt.FormatRun;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>The driver between bus and sink.</summary>
public sealed class MqttDriverTests
{
    private readonly RecordedBus recordedBus = new();
    private readonly DevicesSink devicesSink = new();

    [Fact]
    public async Task A_message_is_done_when_all_its_readings_are_durable()
    {
        await using var driver = Start(Settings(MqttFormat.Zebra));
        var first = devicesSink.HoldNext();
        var second = devicesSink.HoldNext();
        var message = recordedBus.Deliver("a", """[{"data":{"idHex":"AB12"}},{"data":{"idHex":"CD34"}}]""");
        Assert.Equal(2, devicesSink.Readings.Count);
        second.SetResult();
        Assert.False(message.IsCompleted);
        first.SetResult();
        await message;
    }

    [Fact]
    public async Task A_message_fails_when_one_of_its_readings_cannot_be_committed()
    {
        await using var driver = Start(Settings(MqttFormat.Zebra));
        devicesSink.HoldNext().SetException(new IOException("disk full"));
        await Assert.ThrowsAsync<IOException>(() => recordedBus.Deliver("a", """[{"data":{"idHex":"AB12"}},{"data":{"idHex":"CD34"}}]"""));
    }

    [Fact]
    public async Task What_is_no_reading_is_refused_with_its_payload_and_done_with()
    {
        await using var driver = Start(Settings(MqttFormat.Number));
        await recordedBus.Deliver("a", "warm");
        await recordedBus.Deliver(new MqttMessage("a", new byte[256], Retained: false, Omitted: 2_000_000));
        Assert.Equal(
            [(Device, "not a number", 4), (Device, "a payload of 2000256 bytes is too large", 256)], devicesSink.Refusals);
        Assert.Empty(devicesSink.Readings);
    }

    [Fact]
    public async Task A_wildcard_stands_for_many_devices()
    {
        await using var driver = Start(Settings(MqttFormat.Number) with { Topic = "site/{device}/temperature" });
        Assert.Equal(["site/+/temperature"], recordedBus.Filters);
        await recordedBus.Deliver("site/cold-1/temperature", "4");
        await recordedBus.Deliver("site/cold-2/temperature", "5");
        await recordedBus.Deliver("site/cold-1/temperature", "6");
        await recordedBus.Deliver("site/no such id/temperature", "7");
        await recordedBus.Deliver("site/C6:1B:12:34:56:78/temperature", "8");
        Assert.Equal(
            [
                new TemperatureReading("cold-1", null, 4), new TemperatureReading("cold-2", null, 5), new TemperatureReading("cold-1", null, 6),
                new TemperatureReading("C6-1B-12-34-56-78", null, 8),
            ],
            devicesSink.Readings);
        Assert.StartsWith("'no such id' in the topic is no device id", Assert.Single(devicesSink.Refusals).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retained_value_of_unknown_age_does_not_make_a_dead_probe_look_alive()
    {
        await using var driver = Start(Settings(MqttFormat.Number));
        await recordedBus.Deliver("a", "4", retained: true);
        Assert.Empty(devicesSink.Readings);
        await recordedBus.Deliver("a", "4");
        Assert.Single(devicesSink.Readings);
    }

    [Fact]
    public async Task A_retained_value_with_a_time_is_taken_once()
    {
        await using var driver = Start(Settings(MqttFormat.Json, ("celsius", "$.t"), ("observedAt", "$.at")));
        const string Payload = """{"t":4,"at":"2026-08-13T09:14:28.651Z"}""";
        await recordedBus.Deliver("a", Payload, retained: true);
        await recordedBus.Deliver("a", Payload, retained: true);
        Assert.Single(devicesSink.Readings);
    }

    [Fact]
    public async Task The_retained_state_of_an_input_is_its_present_one()
    {
        await using var driver = Start(Settings(MqttFormat.Number) with { Kind = "door" });
        await recordedBus.Deliver("a", "open", retained: true);
        Assert.Equal([new InputReading(Device, null, true)], devicesSink.Readings);
    }

    [Fact]
    public async Task Health_follows_the_connection_and_the_faults()
    {
        await using var driver = Start(Settings(MqttFormat.Json, ("celsius", "$.t")));
        await recordedBus.Deliver("a", """{"t":4}""");
        await recordedBus.Deliver("a", """{"t":5}""");
        await recordedBus.Deliver("a", """{"t":null}""");
        recordedBus.Trouble = "no broker";
        recordedBus.Trouble = null;
        await recordedBus.Deliver("a", """{"t":4}""");
        Assert.Equal(
            [
                (DeviceCondition.Unknown, null), (DeviceCondition.Ok, null), (DeviceCondition.Faulty, "no value"),
                (DeviceCondition.Unplugged, "no broker"), (DeviceCondition.Unknown, null), (DeviceCondition.Ok, (string?)null),
            ],
            devicesSink.Reports);
    }

    [Fact]
    public async Task Against_Mosquitto_readings_arrive_and_a_stop_ends_the_subscription()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "other");
        await using (Start(Settings(MqttFormat.Zebra) with { Topic = "readers/portal-1" }, client.Client))
        {
            await broker.WaitForSubscription("readers/portal-1");
            await Publisher.PublishFile(broker.Port, "readers/portal-1", Repository.PathOf("devices/EdgeGateway.Devices/Mqtt/recordings/zebra-fixed-batch.json"));
            await Eventually.Equal(2, () => devicesSink.Readings.Count, "both tags arrive");
        }

        await using var again = Start(Settings(MqttFormat.Zebra) with { Topic = "readers/portal-1" }, client.Client);
        await Publisher.PublishFile(broker.Port, "readers/portal-1", Repository.PathOf("devices/EdgeGateway.Devices/Mqtt/recordings/zebra-fixed-batch.json"));
        await Eventually.Equal(4, () => devicesSink.Readings.Count, "two more arrive");
    }

    [Theory]
    [InlineData("topic", "a/{device}b", "{device} stands alone between slashes, as in zigbee2mqtt/{device}")]
    [InlineData("topic", "{device}/{device}", "{device} may stand only once")]
    [InlineData("topic", "a/#/b", "# stands alone and last, as in a/b/#")]
    [InlineData("topic", "a/b+", "+ stands alone between slashes, as in a/+/c")]
    [InlineData("topic", "", "a topic filter has 1 to 65535 bytes")]
    public void A_wrong_topic_is_a_mistake(string path, string topic, string message) =>
        Assert.Equal([(path, message)], (Probe with { Topic = topic }).Check());

    [Fact]
    public void Every_mistake_in_the_settings_is_found()
    {
        Assert.Empty(Probe.Check());
        Assert.Equal(["map"], Paths(Probe with { Map = null }));
        Assert.Equal(["map.temp"], Paths(With(("celsius", "$.t"), ("temp", "$.t"))));
        Assert.Equal(["map.celsius", "map.unit"], Paths(With(("celsius", "t"), ("unit", "K"))));
        Assert.Equal(["map"], Paths(With(("humidity", "$.h"))));
        Assert.Equal(["map"], Paths(With(("latitude", "$.lat"))));
        Assert.Equal(["map"], Paths(With(("celsius", "$.t"), ("hex", "$.tag")) with { Zone = "dock", Passage = "shelf" }));
        Assert.Equal(["kind"], Paths(With(("active", "$.contact"))));
        Assert.Equal(["zone", "passage"], Paths(Settings(MqttFormat.Zebra) with { Zone = null, Passage = "exit" }));
        Assert.Equal(["zone"], Paths(Probe with { Zone = "dock" }));
        Assert.Equal(["profile"], Paths(Settings(MqttFormat.Zebra) with { Profile = "chilled" }));
        Assert.Equal(["probe", "timeZone"], Paths(Probe with { Probe = "x", TimeZone = "Europe/Berlin" }));
        Assert.Equal(["timeZone"], Paths(Probe with { Format = MqttFormat.Tasmota, Map = null, TimeZone = "Mars/Olympus" }));

        static MqttSettings With(params (string Key, string Value)[] map) =>
            Probe with { Profile = null, Map = map.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal) };

        static IEnumerable<string> Paths(MqttSettings settings) => settings.Check().Select(mistake => mistake.Path);
    }

    [Fact]
    public void The_settings_say_what_a_device_yields()
    {
        Assert.Equal(EventFamily.Temperature, Probe.Family);
        Assert.Equal(EventFamily.Tags, Settings(MqttFormat.Impinj).Family);
        Assert.Equal(new ReaderPlace("dock-1", "receiving"), Settings(MqttFormat.Impinj).Place);
        Assert.Equal(EventFamily.Position, Settings(MqttFormat.Owntracks).Family);
        Assert.Equal(EventFamily.Position, Settings(MqttFormat.Json, ("latitude", "$.a"), ("longitude", "$.b")).Family);
        Assert.Equal("door", (Settings(MqttFormat.Number) with { Kind = "door" }).InputKind);
    }

    private static MqttSettings Probe => new()
    {
        Id = Device, Driver = "mqtt", Topic = "zigbee2mqtt/probe-7", Format = MqttFormat.Json, Profile = "chilled",
        Map = new Dictionary<string, string>(StringComparer.Ordinal) { ["celsius"] = "$.temperature", ["unit"] = "C" },
    };

    private RunningDriver Start(MqttSettings settings, IMessageBus? bus = null) =>
        new(new MqttDriver(settings, DriverRun.HostOf("/", TimeProvider.System) with { Bus = bus ?? recordedBus }), devicesSink);

    private sealed class RunningDriver : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task running;

        public RunningDriver(MqttDriver driver, IReadingSink sink) => running = driver.RunAsync(sink, stop.Token);

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            stop.Dispose();
        }
    }
}
