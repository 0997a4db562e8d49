namespace EdgeGateway.Contracts.Tests.Excursions;

public sealed class MktTests
{
    [Fact]
    public void Equal_weights_of_20_25_and_30_degrees_give_the_published_mean() =>
        Assert.Equal(25.8582, MeanKineticTemperature.OfWeighted([20, 25, 30], [1, 1, 1]), 4);

    [Fact]
    public void A_steady_course_has_its_own_temperature_as_mean() =>
        Assert.Equal(5, MeanKineticTemperature.OfSeries([0, 10, 60], [5, 5, 5]), 9);

    [Fact]
    public void Unequal_spacing_is_weighed_by_the_trapezoid_rule() =>
        Assert.Equal(
            MeanKineticTemperature.OfWeighted([20, 25, 30], [5, 15, 10]),
            MeanKineticTemperature.OfSeries([0, 10, 30], [20, 25, 30]),
            9);

    [Fact]
    public void A_mean_needs_readings()
    {
        Assert.Throws<ArgumentException>(() => MeanKineticTemperature.OfWeighted([], []));
        Assert.Throws<ArgumentException>(() => MeanKineticTemperature.OfSeries([0], [1]));
        Assert.Throws<ArgumentException>(() => MeanKineticTemperature.OfSeries([0, 1], [1]));
    }

    [Fact]
    public void The_rule_opens_when_the_mean_of_the_window_passes_its_limit_and_closes_when_it_no_longer_does()
    {
        var course = new Course(Rule(hours: 24)).Hold(0, 24 * 60, 5, every: 10);
        Assert.Empty(course.Changes);

        course.Hold((24 * 60) + 10, 30 * 60, 15, every: 10).Hold((30 * 60) + 10, 60 * 60, 5, every: 10);

        Assert.Equal([true, false], course.Changes.Select(change => change.Opened));
        var opened = course.Changes[0];
        Assert.Equal(("excursion", "mkt above 8 in 1d"), (opened.Kind, opened.Rule));
        Assert.InRange(opened.MktCelsius!.Value, 8, 8.2);
        Assert.True(course.Changes[1].MktCelsius > 8);
        Assert.Null(opened.PeakCelsius);
    }

    [Fact]
    public void Half_of_the_window_must_be_known()
    {
        var course = new Course(Rule(hours: 24)).Hold(0, (12 * 60) - 10, 20, every: 10);
        Assert.Empty(course.Changes);

        Assert.Single(course.Read(12 * 60, 20).Changes);
    }

    [Fact]
    public void A_gap_is_not_part_of_the_mean()
    {
        var course = new Course(Rule(hours: 24)).Hold(0, 11 * 60, 20, every: 10).Hold(20 * 60, 20.5 * 60, 20, every: 10);

        Assert.Empty(course.Changes);
    }

    [Fact]
    public void The_window_mean_is_that_of_the_whole_series_within_a_part_of_the_window()
    {
        var random = new Random(3);
        var times = new List<double>();
        var celsius = new List<double>();
        var course = new Course(Rule(hours: 24, above: 4.5));
        for (var minute = 0; minute <= 4 * 24 * 60; minute += 5)
        {
            times.Add(minute);
            celsius.Add(4 + (6 * Math.Sin(minute / 500.0)) + random.NextDouble());
            course.Read(minute, celsius[^1]);
            course.StoreAndLoad();
            if (minute % (6 * 60) != 0 || minute < 24 * 60)
            {
                continue;
            }

            var isOpen = course.Open().Count > 0;
            var (least, most) = (Mean(times, celsius, minute, 24 * 60), Mean(times, celsius, minute, 24 * 60 * 47 / 48.0));
            if (Math.Min(least, most) > 4.5)
            {
                Assert.True(isOpen, $"mean {least} to {most} at minute {minute}");
            }
            else if (Math.Max(least, most) < 4.5)
            {
                Assert.False(isOpen, $"mean {least} to {most} at minute {minute}");
            }
        }

        Assert.True(course.Changes.Count >= 2);
    }

    private static double Mean(List<double> times, List<double> celsius, double now, double window)
    {
        var first = times.FindIndex(time => time >= now - window);
        return MeanKineticTemperature.OfSeries([.. times[first..]], [.. celsius[first..]]);
    }

    private static Profile Rule(double hours, double above = 8) => new()
    {
        Rules = [new ExcursionRule { MktAbove = above, Window = TimeSpan.FromHours(hours) }],
    };
}
