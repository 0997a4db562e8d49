using EdgeGateway.Devices.Gpsd;

namespace EdgeGateway.Devices.Tests.Gpsd;

/// <summary>When a receiver's time is trusted.</summary>
public sealed class GpsTrustTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    private readonly GpsTrust trust = new();

    [Fact]
    public void The_third_3D_fix_in_a_row_is_the_first_that_is_trusted()
    {
        Assert.Equal([false, false, true, true], Enumerable.Range(0, 4).Select(second => trust.Observe(3, Start.AddSeconds(second))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Anything_less_than_a_3D_fix_begins_the_count_anew(int mode)
    {
        trust.Observe(3, Start);
        trust.Observe(3, Start.AddSeconds(1));
        trust.Observe(mode, Start.AddSeconds(2));

        Assert.False(trust.Observe(3, Start.AddSeconds(3)));
        Assert.False(trust.Observe(3, Start.AddSeconds(4)));
        Assert.True(trust.Observe(3, Start.AddSeconds(5)));
    }

    [Fact]
    public void An_epoch_told_three_times_is_one_fix()
    {
        Assert.DoesNotContain(true, Enumerable.Range(0, 3).Select(_ => trust.Observe(3, Start)));
    }

    [Fact]
    public void Time_that_runs_back_begins_the_count_anew()
    {
        trust.Observe(3, Start);
        trust.Observe(3, Start.AddSeconds(1));

        Assert.False(trust.Observe(3, Start.AddHours(-1)));
    }

    [Fact]
    public void A_receiver_past_its_week_roll_over_is_never_trusted()
    {
        var longAgo = Start.AddDays(-1024 * 7);

        Assert.DoesNotContain(true, Enumerable.Range(0, 10).Select(second => trust.Observe(3, longAgo.AddSeconds(second))));
    }
}
