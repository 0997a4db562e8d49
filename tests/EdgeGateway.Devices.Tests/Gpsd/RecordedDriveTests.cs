using EdgeGateway.Contracts;
using EdgeGateway.Devices.Gpsd;
using EdgeGateway.Devices.Zones;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Gpsd;

/// <summary>
/// A delivery round through a real gpsd. What is kept is judged against what gpsd told, which on a busy machine is less than
/// the whole recording.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class RecordedDriveTests
{
    private static readonly string Drive = Repository.PathOf("devices/EdgeGateway.Devices/Gpsd/recordings/drive.nmea");

    private static readonly GpsdSettings Settings = new() { Id = "truck-gps", Driver = "gpsd", Address = "127.0.0.1:2947" };

    [Fact]
    public async Task A_drive_is_thinned_without_losing_a_stop_or_a_turn()
    {
        var trusted = 0;
        var port = FreePort.Next();
        await using var tap = new GpsdTap(port);
        await using var run = DriverRun.StartOnRealClock(Settings with { Address = tap.Address }, gpsTime: _ => Interlocked.Increment(ref trusted));
        using var gpsd = await GpsFake.Start(port, Drive, 0.004, "-1");
        await run.Until(sink => sink.Readings.Count > 0 && sink.Readings[^1].ObservedAt >= At("06:13:00"), "the end of the drive", TimeSpan.FromSeconds(60));

        var positions = run.Sink.Of<PositionReading>();
        var kept = positions.Where(position => position.ObservedAt is not null).Select(position => position.ObservedAt!.Value).ToHashSet();
        var told = tap.Fixes().SkipWhile(fix => !kept.Contains(fix.Time)).TakeWhile(fix => fix.Time <= kept.Max()).ToList();
        Assert.InRange(positions.Count - kept.Count, 0, 3);
        Assert.Subset(told.Select(fix => fix.Time).ToHashSet(), kept);
        Assert.InRange(kept.Count, 1, told.Count / 3);
        AssertNothingIsLost(told, kept);
        AssertStopIsKept(told.SkipWhile(fix => fix.Time < At("06:07:00")), kept);
        Assert.InRange(trusted, told.Count, 4 * told.Count);
        Assert.Empty(run.Sink.Refusals);
    }

    [Fact]
    public async Task A_visit_of_the_shop_is_told_with_its_dwell_time_and_the_streets_around_it()
    {
        var port = FreePort.Next();
        await using var tap = new GpsdTap(port);
        await using var run = DriverRun.StartOnRealClock(Settings with
        {
            Address = tap.Address,
            Zones =
            [
                new PositionZone { Name = "streets", Corners = [Corner(32.766, -96.744), Corner(32.772, -96.744), Corner(32.772, -96.739), Corner(32.766, -96.739)] },
                new PositionZone { Name = "shop", Latitude = 32.76896, Longitude = -96.74154, RadiusMetres = 60, HysteresisMetres = 40, Dwell = TimeSpan.FromSeconds(90) },
            ],
        });
        using var gpsd = await GpsFake.Start(port, Drive, 0.004, "-1");
        await run.Until(sink => Visits(sink).Any(position => position.Visit is { Zone: "streets", Change: ZoneChange.Left }), "the streets around the shop are left", TimeSpan.FromSeconds(60));

        var visits = Visits(run.Sink);
        Assert.Equal(
            [("streets", ZoneChange.Entered), ("shop", ZoneChange.Entered), ("shop", ZoneChange.Dwelled), ("shop", ZoneChange.Left), ("streets", ZoneChange.Left)],
            visits.Select(position => (position.Visit!.Zone, position.Visit.Change)));

        // Each at the first fix that was told from where it is true.
        var (entered, dwelled, left) = (visits[1], visits[2], visits[3]);
        var told = tap.Fixes();
        var shop = told[0] with { Latitude = 32.76896, Longitude = -96.74154 };
        var first = told.First(fix => fix.MetresTo(shop) <= 60).Time;
        Assert.Equal(first, entered.ObservedAt);
        Assert.Equal(told.First(fix => fix.Time - first >= TimeSpan.FromSeconds(90)).Time, dwelled.ObservedAt);
        Assert.Equal(told.First(fix => fix.Time > first && fix.MetresTo(shop) > 100).Time, left.ObservedAt);
        Assert.Equal(left.ObservedAt - first, left.Visit!.Inside);
    }

    private static List<PositionReading> Visits(RecordingSink sink) => [.. sink.Of<PositionReading>().Where(position => position.Visit is not null)];

    private static void AssertNothingIsLost(List<Fix> told, HashSet<DateTimeOffset> kept)
    {
        var from = 0;
        foreach (var to in Enumerable.Range(1, told.Count - 1).Where(i => kept.Contains(told[i].Time)))
        {
            for (var i = from + 1; i < to; i++)
            {
                Assert.InRange(told[i].Time - told[from].Time, TimeSpan.Zero, Settings.Every);
                Assert.InRange(told[i].MetresTo(told[from]), 0, Settings.DistanceMetres);
                Assert.InRange(MetresFromLine(told[i], told[from], told[to]), 0, Settings.DistanceMetres * Math.Sin(double.DegreesToRadians(Settings.TurnDegrees)));
                if (told[i].SpeedMetresPerSecond > 1.5 && told[from].SpeedMetresPerSecond > 1.5)
                {
                    Assert.InRange(Math.Abs(Math.IEEERemainder(told[i].CourseDegrees!.Value - told[from].CourseDegrees!.Value, 360)), 0, Settings.TurnDegrees);
                }
            }

            from = to;
        }
    }

    /// <summary>The two minutes at the shop: the first fix that stands still and the first that drives again.</summary>
    private static void AssertStopIsKept(IEnumerable<Fix> told, HashSet<DateTimeOffset> kept)
    {
        var stop = told.SkipWhile(fix => fix.SpeedMetresPerSecond < 1.5).SkipWhile(fix => fix.SpeedMetresPerSecond >= 0.5).ToList();
        var leaving = stop.SkipWhile(fix => fix.SpeedMetresPerSecond <= 1.5).First();
        Assert.InRange(stop[0].Time, At("06:07:30"), At("06:09:52"));
        Assert.Contains(stop[0].Time, kept);
        Assert.Contains(leaving.Time, kept);
    }

    private static double MetresFromLine(in Fix point, in Fix from, in Fix to)
    {
        var length = from.MetresTo(to);
        var angle = double.DegreesToRadians(from.CourseTo(point) - from.CourseTo(to));
        var (along, aside) = (from.MetresTo(point) * Math.Cos(angle), from.MetresTo(point) * Math.Sin(angle));
        return double.Hypot(along - Math.Clamp(along, 0, length), aside);
    }

    private static ZoneCorner Corner(double latitude, double longitude) => new() { Latitude = latitude, Longitude = longitude };

    private static DateTimeOffset At(string time) => new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero) + TimeSpan.Parse(time);
}
