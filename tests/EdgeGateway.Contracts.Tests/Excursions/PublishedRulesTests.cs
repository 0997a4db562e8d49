namespace EdgeGateway.Contracts.Tests.Excursions;

/// <summary>The alarm rules that the WHO, mSupply and the USP publish, written as profiles and held to their wording.</summary>
public sealed class PublishedRulesTests
{
    private static readonly Profile WhoRefrigerator = new()
    {
        Name = "WHO 30-day refrigerator logger",
        Rules =
        [
            new ExcursionRule { Below = -0.5, For = TimeSpan.FromMinutes(60) },
            new ExcursionRule { Above = 8, For = TimeSpan.FromMinutes(600) },
        ],
    };

    private static readonly Profile WhoShippingTypeTwo = new()
    {
        Name = "WHO shipping type II",
        Rules =
        [
            new ExcursionRule { Above = 45, For = TimeSpan.FromHours(1) },
            new ExcursionRule { Above = 30, Cumulative = TimeSpan.FromHours(10) },
            new ExcursionRule { Below = -0.5, For = TimeSpan.FromHours(1) },
            new ExcursionRule { Above = 10, Cumulative = TimeSpan.FromHours(20) },
        ],
    };

    private static readonly Profile MSupply = new()
    {
        Name = "mSupply",
        Rules =
        [
            new ExcursionRule { Above = 8, For = TimeSpan.FromMinutes(30) },
            new ExcursionRule { Above = 8, Cumulative = TimeSpan.FromMinutes(60), Window = TimeSpan.FromHours(24) },
            new ExcursionRule { Below = 2, For = TimeSpan.FromMinutes(20) },
            new ExcursionRule { Below = 2, Cumulative = TimeSpan.FromMinutes(40), Window = TimeSpan.FromHours(24) },
        ],
    };

    private static readonly Profile ControlledCold = new()
    {
        Name = "USP controlled cold",
        Rules =
        [
            new ExcursionRule { Above = 8.01, For = TimeSpan.FromHours(24) },
            new ExcursionRule { MktAbove = 8, Window = TimeSpan.FromHours(24) },
        ],
        HardAbove = 15,
        HardBelow = 2,
    };

    [Theory]
    [InlineData(-0.5, 50, null)]
    [InlineData(-0.5, 60, "below -0.5 for 1h")]
    [InlineData(-0.4, 600, null)]
    [InlineData(8.0, 590, null)]
    [InlineData(8.0, 600, "above 8 for 10h")]
    [InlineData(7.9, 600, null)]
    public void WHO_refrigerator_logger(double celsius, int minutes, string? alarm) =>
        Assert.Equal(alarm, new Course(WhoRefrigerator).Read(-10, 5).Hold(0, minutes, celsius, every: 10).Changes.SingleOrDefault()?.Rule);

    [Theory]
    [InlineData(45, 60, "above 45 for 1h")]
    [InlineData(44.9, 590, null)]
    [InlineData(44.9, 600, "above 30 cumulative 10h")]
    [InlineData(29.9, 1190, null)]
    [InlineData(29.9, 1200, "above 10 cumulative 20h")]
    [InlineData(9.9, 3000, null)]
    [InlineData(-0.5, 60, "below -0.5 for 1h")]
    public void WHO_shipping_indicator(double celsius, int minutes, string? alarm) =>
        Assert.Equal(alarm, new Course(WhoShippingTypeTwo).Hold(0, minutes, celsius, every: 10).Changes.FirstOrDefault()?.Rule);

    [Fact]
    public void WHO_shipping_time_adds_up_over_days()
    {
        var course = new Course(WhoShippingTypeTwo);
        for (var day = 0; day < 5; day++)
        {
            course.Hold(day * 1440, (day * 1440) + 120, 31, every: 10).Hold((day * 1440) + 130, ((day + 1) * 1440) - 10, 5, every: 10);
        }

        Assert.Equal("above 30 cumulative 10h: 0 - 5890", Assert.Single(course.Alerts()));
    }

    [Theory]
    [InlineData(8.0, 29, null)]
    [InlineData(8.0, 30, "above 8 for 30m")]
    [InlineData(2.0, 19, null)]
    [InlineData(2.0, 20, "below 2 for 20m")]
    public void MSupply_consecutive(double celsius, int minutes, string? alarm) =>
        Assert.Equal(alarm, new Course(MSupply).Hold(0, minutes, celsius).Changes.SingleOrDefault()?.Rule);

    [Fact]
    public void MSupply_cumulative()
    {
        var hot = new Course(MSupply).Hold(0, 25, 8).Read(26, 5).Hold(100, 125, 8).Read(126, 5).Hold(200, 209, 8).Read(210, 8).Read(211, 5);
        Assert.Equal(["above 8 cumulative 1h in 1d: 0 - 211"], hot.Alerts());

        var cold = new Course(MSupply).Hold(0, 15, 2).Read(16, 5).Hold(100, 115, 2).Read(116, 5).Hold(200, 210, 2).Read(211, 5);
        Assert.Equal(["below 2 cumulative 40m in 1d: 0 - 211"], cold.Alerts());
    }

    [Fact]
    public void USP_lets_2_to_15_degrees_pass_for_a_day_while_the_mean_stays_at_8()
    {
        Assert.Empty(new Course(ControlledCold).Hold(0, 2880, 5, every: 10).Hold(2890, 3100, 15, every: 10).Hold(3110, 6000, 5, every: 10).Changes);
        Assert.Empty(new Course(ControlledCold).Hold(0, 2880, 8, every: 10).Changes);
        Assert.Equal(["hard above 15"], new Course(ControlledCold).Read(0, 15.1).Changes.Select(change => change.Rule));
        Assert.Equal(["hard below 2"], new Course(ControlledCold).Read(0, 1.9).Changes.Select(change => change.Rule));
        Assert.Contains("mkt above 8 in 1d", new Course(ControlledCold).Hold(0, 1440, 9, every: 10).Changes.Select(change => change.Rule));
    }

    [Fact]
    public void Frozen_goods_stay_between_minus_25_and_minus_15()
    {
        var frozen = new Profile { HardAbove = -15, HardBelow = -25 };

        Assert.Empty(new Course(frozen).Read(0, -15).Read(1, -20).Read(2, -25).Changes);
        Assert.Equal(["hard above -15: 0 - 1", "hard below -25: 1 - …"], new Course(frozen).Read(0, -14.9).Read(1, -25.1).Alerts());
    }
}
