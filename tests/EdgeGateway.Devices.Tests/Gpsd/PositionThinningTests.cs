using EdgeGateway.Devices.Gpsd;

namespace EdgeGateway.Devices.Tests.Gpsd;

/// <summary>Which fixes of a 1 Hz receiver are kept.</summary>
public sealed class PositionThinningTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    private double metresNorth;
    private double metresEast;
    private int seconds;

    [Fact]
    public void A_straight_drive_keeps_one_fix_an_interval()
    {
        var thinning = new PositionThinning(TimeSpan.FromSeconds(10), 250, 15);

        var kept = Drive(thinning, seconds: 101, speed: 10, course: 90);

        Assert.Equal([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100], kept);
    }

    [Fact]
    public void A_fast_drive_keeps_one_fix_a_distance()
    {
        var thinning = new PositionThinning(TimeSpan.FromMinutes(10), 250, 15);

        var kept = Drive(thinning, seconds: 31, speed: 25, course: 90);

        Assert.Equal([0, 10, 20, 30], kept);
    }

    [Fact]
    public void A_stop_between_two_intervals_is_kept_with_its_beginning_and_its_end()
    {
        var thinning = new PositionThinning(TimeSpan.FromMinutes(10), 10_000, 15);
        Drive(thinning, seconds: 20, speed: 12, course: 90);

        var stop = Drive(thinning, seconds: 8, speed: 0, course: null);
        var leaving = Drive(thinning, seconds: 20, speed: 12, course: 90);

        Assert.Equal([20], stop);
        Assert.Equal([28], leaving);
    }

    [Fact]
    public void A_parked_receiver_that_wanders_is_not_taken_for_a_drive()
    {
        var thinning = new PositionThinning(TimeSpan.FromMinutes(10), 250, 15);
        Drive(thinning, seconds: 5, speed: 12, course: 90);
        Drive(thinning, seconds: 1, speed: 0.1, course: null);

        var kept = new List<int>();
        for (var i = 0; i < 300; i++)
        {
            kept.AddRange(Drive(thinning, seconds: 1, speed: 0.3 + (i % 5 * 0.25), course: i * 77 % 360));
        }

        Assert.Empty(kept);
    }

    [Fact]
    public void A_slow_bend_is_kept_whenever_the_course_has_changed_enough_in_all()
    {
        var thinning = new PositionThinning(TimeSpan.FromMinutes(10), 100_000, 15);
        Drive(thinning, seconds: 5, speed: 12, course: 350);

        var kept = new List<int>();
        for (var degree = 1; degree <= 90; degree++)
        {
            kept.AddRange(Drive(thinning, seconds: 1, speed: 12, course: (350 + degree) % 360));
        }

        Assert.Equal(6, kept.Count);
    }

    [Fact]
    public void A_receiver_that_tells_neither_speed_nor_course_is_thinned_by_where_it_was()
    {
        var thinning = new PositionThinning(TimeSpan.FromMinutes(10), 100_000, 15);

        var out1 = DriveWithoutMotion(thinning, 30, speed: 10, course: 0);
        var out2 = DriveWithoutMotion(thinning, 30, speed: 10, course: 90);
        var stop = DriveWithoutMotion(thinning, 30, speed: 0, course: 0);

        Assert.Equal([0, 1], out1);
        Assert.Equal([30], out2);
        Assert.Equal([60], stop);
    }

    [Fact]
    public void An_epoch_told_twice_is_not_taken_for_a_stop()
    {
        var thinning = new PositionThinning(TimeSpan.FromMinutes(10), 100_000, 15);
        DriveWithoutMotion(thinning, 10, speed: 10, course: 90);
        var fix = Next(speed: 10, course: 90);

        Assert.False(thinning.Keep(fix));
        Assert.False(thinning.Keep(fix));
    }

    [Fact]
    public void A_clock_that_steps_back_does_not_silence_the_track()
    {
        var thinning = new PositionThinning(TimeSpan.FromMinutes(10), 250, 15);
        Assert.True(thinning.Keep(new Fix(Start.AddYears(10), 32, -96, SpeedMetresPerSecond: 0)));

        Assert.True(thinning.Keep(new Fix(Start, 32, -96, SpeedMetresPerSecond: 0)));
    }

    [Fact]
    public void No_dropped_fix_of_a_random_drive_is_far_from_the_line_between_the_kept_ones()
    {
        var random = new Random(20260302);
        var thinning = new PositionThinning(TimeSpan.FromSeconds(10), 250, 15);
        var track = new List<(double North, double East, bool Kept)>();
        double speed = 10, course = 0;
        for (var i = 0; i < 20_000; i++)
        {
            speed = Math.Clamp(speed + (random.NextDouble() * 6) - 3, 0, 30);
            course = (course + (speed > 2 ? (random.NextDouble() * 20) - 10 : 0) + 360) % 360;
            var kept = Drive(thinning, 1, speed, course).Count > 0;
            track.Add((metresNorth, metresEast, kept));
        }

        var farthest = 0.0;
        var from = 0;
        for (var to = 1; to < track.Count; to++)
        {
            if (track[to].Kept)
            {
                for (var i = from + 1; i < to; i++)
                {
                    farthest = Math.Max(farthest, DistanceToSegment(track[i], track[from], track[to]));
                }

                from = to;
            }
        }

        Assert.InRange(farthest, 0, 250 * Math.Sin(double.DegreesToRadians(15)));
        Assert.InRange(track.Count(fix => fix.Kept), 1, track.Count / 2);
    }

    private List<int> Drive(PositionThinning thinning, int seconds, double speed, double? course)
    {
        var kept = new List<int>();
        for (var i = 0; i < seconds; i++)
        {
            if (thinning.Keep(Next(speed, course ?? 0) with { SpeedMetresPerSecond = speed, CourseDegrees = course }))
            {
                kept.Add(this.seconds - 1);
            }
        }

        return kept;
    }

    private List<int> DriveWithoutMotion(PositionThinning thinning, int seconds, double speed, double course)
    {
        var kept = new List<int>();
        for (var i = 0; i < seconds; i++)
        {
            if (thinning.Keep(Next(speed, course)))
            {
                kept.Add(this.seconds - 1);
            }
        }

        return kept;
    }

    // On the equator, where a degree is as long in both directions.
    private Fix Next(double speed, double course)
    {
        const double metresPerDegree = 111_195;
        if (seconds > 0)
        {
            metresNorth += speed * Math.Cos(double.DegreesToRadians(course));
            metresEast += speed * Math.Sin(double.DegreesToRadians(course));
        }

        return new Fix(Start.AddSeconds(seconds++), metresNorth / metresPerDegree, metresEast / metresPerDegree);
    }

    private static double DistanceToSegment(
        (double North, double East, bool) point, (double North, double East, bool) from, (double North, double East, bool) to)
    {
        var (north, east) = (to.North - from.North, to.East - from.East);
        var length = (north * north) + (east * east);
        var along = length == 0 ? 0 : Math.Clamp((((point.North - from.North) * north) + ((point.East - from.East) * east)) / length, 0, 1);
        return Math.Sqrt(Math.Pow(point.North - from.North - (along * north), 2) + Math.Pow(point.East - from.East - (along * east), 2));
    }
}
