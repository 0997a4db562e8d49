using EdgeGateway.Agent.Clock;
using EdgeGateway.Agent.Configuration;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Agent.Tests;

public sealed class GatewayClockTests : IDisposable
{
    private readonly TempFolder root = new();
    private readonly ManualTime time = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public void A_battery_backed_clock_and_a_time_service_are_told_apart()
    {
        var kernel = Kernel();
        root.Write("sys/class/rtc/rtc0/hctosys", "1\n");
        Assert.Equal(ClockQuality.Rtc, kernel.Read());
        root.Write("run/systemd/timesync/synchronized", "");
        Assert.Equal(ClockQuality.Ntp, kernel.Read());
    }

    [Fact]
    public void A_clock_that_a_time_service_sets_is_told_once_and_knows_its_quality()
    {
        var clock = Unsynced();
        var set = 0;
        clock.Set += () => set++;
        clock.Check();
        Assert.Equal(0, set);

        root.Write("run/systemd/timesync/synchronized", "");
        time.SetWallClock(time.GetUtcNow() + TimeSpan.FromDays(400));
        clock.Check();
        clock.Check();
        Assert.Equal((1, ClockQuality.Ntp), (set, clock.Quality));
    }

    [Fact]
    public void Gps_corrects_a_clock_that_nothing_else_has_set()
    {
        var clock = Unsynced();
        var fix = time.GetUtcNow() + TimeSpan.FromDays(400);
        clock.GpsTime(fix);
        Assert.Equal((ClockQuality.Gps, fix), (clock.Quality, clock.Now));

        // Then the machine's clock is set after all: the correction is not added to it.
        time.SetWallClock(fix);
        clock.Check();
        Assert.Equal(fix, clock.Now);
    }

    [Fact]
    public void Gps_does_not_touch_a_clock_that_is_kept()
    {
        var clock = new GatewayClock(time, Kernel(), new ClockSettings { Assume = ClockQuality.Ntp }, NullLogger.Instance);
        clock.GpsTime(time.GetUtcNow() + TimeSpan.FromHours(1));
        Assert.Equal((ClockQuality.Ntp, time.GetUtcNow()), (clock.Quality, clock.Now));
    }

    private GatewayClock Unsynced() => new(time, Kernel(), new ClockSettings(), NullLogger.Instance);

    private KernelClock Kernel() => new(root.Path, () => false);
}
