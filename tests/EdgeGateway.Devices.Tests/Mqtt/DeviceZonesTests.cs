using EdgeGateway.Contracts;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Zones;
using EdgeGateway.Testing;
using static EdgeGateway.Devices.Tests.Mqtt.FormatRun;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Visits of phones and trackers, whose positions may come late, twice or while the buffer cannot commit.</summary>
public sealed class DeviceZonesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 6, 0, 0, TimeSpan.Zero);

    private static readonly MqttSettings Vans = Settings(MqttFormat.Owntracks) with
    {
        Topic = "owntracks/{device}/phone", Zone = null, Passage = null,
        Zones = [new PositionZone { Name = "depot", Latitude = 32.7767, Longitude = -96.797, RadiusMetres = 150, Dwell = TimeSpan.FromMinutes(10) }],
    };

    private readonly RecordedBus bus = new();

    [Fact]
    public async Task Each_device_of_a_wildcard_makes_visits_of_its_own()
    {
        await using var run = DriverRun.Start(Vans, bus: bus);
        await Deliver("van-1", 0, 32.7767);
        await Deliver("van-2", 0, 32.9);
        await Deliver("van-1", 5, 32.7768);
        await Deliver("van-2", 6, 32.7767);
        await Deliver("van-1", 12, 32.7767);
        await Deliver("van-1", 20, 32.9);

        Assert.Equal(
            [
                ("van-1", 0, ZoneChange.Entered), ("van-2", 0, null), ("van-1", 5, null), ("van-2", 6, ZoneChange.Entered),
                ("van-1", 12, ZoneChange.Dwelled), ("van-1", 20, ZoneChange.Left),
            ],
            Told(run.Sink));
        Assert.Equal(TimeSpan.FromMinutes(20), run.Sink.Of<PositionReading>()[^1].Visit!.Inside);
    }

    [Fact]
    public async Task What_is_delivered_again_changes_no_visit()
    {
        await using var run = DriverRun.Start(Vans, bus: bus);
        await Deliver("van-1", 0, 32.9);
        await Deliver("van-1", 1, 32.7767);
        await Deliver("van-1", 0, 32.9);
        await Deliver("van-1", 1, 32.7767);

        Assert.Equal([("van-1", 0, null), ("van-1", 1, ZoneChange.Entered), ("van-1", 0, null), ("van-1", 1, (ZoneChange?)null)], Told(run.Sink));
    }

    [Fact]
    public async Task A_visit_outlasts_a_buffer_that_cannot_commit()
    {
        await using var run = DriverRun.Start(Vans, bus: bus);
        run.Sink.FailNext = 2;
        var message = Deliver("van-1", 0, 32.7767);
        await run.Until(_ => message.IsCompleted, "the commit");

        Assert.Equal([("van-1", 0, (ZoneChange?)ZoneChange.Entered)], Told(run.Sink));
    }

    [Fact]
    public void Zones_are_only_for_positions_and_are_checked()
    {
        Assert.Empty(Vans.Check());
        Assert.Equal("zones", Assert.Single((Settings(MqttFormat.Zebra) with { Zones = Vans.Zones }).Check()).Path);
        Assert.Equal("zones[0].radiusMetres", Assert.Single((Vans with { Zones = [Vans.Zones![0] with { RadiusMetres = 0 }] }).Check()).Path);
    }

    private Task Deliver(string van, int minute, double latitude) => bus.Deliver(
        $"owntracks/{van}/phone",
        $$"""{"_type":"location","lat":{{latitude}},"lon":-96.797,"acc":10,"tst":{{Start.AddMinutes(minute).ToUnixTimeSeconds()}}}""");

    private static IEnumerable<(string Device, int Minute, ZoneChange? Change)> Told(RecordingSink sink) =>
        sink.Of<PositionReading>().Select(position => (position.Device, (int)(position.ObservedAt!.Value - Start).TotalMinutes, position.Visit?.Change));
}
