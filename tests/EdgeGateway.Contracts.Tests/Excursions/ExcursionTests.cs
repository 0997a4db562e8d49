namespace EdgeGateway.Contracts.Tests.Excursions;

public sealed class ExcursionTests
{
    private static readonly Profile Chilled = new()
    {
        Name = "chilled",
        Rules =
        [
            new ExcursionRule { Above = 8, For = TimeSpan.FromMinutes(30) },
            new ExcursionRule { Below = 2, For = TimeSpan.FromMinutes(20) },
        ],
        SilentAfter = TimeSpan.FromMinutes(15),
        DoorGrace = TimeSpan.FromMinutes(10),
        HardAbove = 15,
        HardBelow = -5,
    };

    [Fact]
    public void A_breach_opens_at_its_first_out_of_range_reading_and_closes_at_the_first_in_range_one()
    {
        var course = new Course(Chilled).Hold(0, 10, 5).Hold(11, 60, 9.5).Read(61, 9.9).Read(62, 5).Read(63, 5);

        Assert.Equal(["above 8 for 30m: 11 - 62"], course.Alerts());
        Assert.Equal(Course.At(41), course.Changes[0].FulfilledAt);
        Assert.Equal(9.5, course.Changes[0].PeakCelsius);
        Assert.Equal(9.9, course.Changes[1].PeakCelsius);
        Assert.Equal(Severities.Critical, course.Changes[0].Severity);
        Assert.Equal(("excursion", true, false), (course.Changes[0].Kind, course.Changes[0].Opened, course.Changes[1].Opened));
    }

    [Fact]
    public void One_reading_in_range_ends_a_run()
    {
        var course = new Course(Chilled).Hold(0, 29, 9).Read(29.5, 7.9).Hold(30, 59, 9).Read(59.5, 7.9);

        Assert.Empty(course.Changes);
    }

    [Fact]
    public void Too_cold_is_a_breach_of_its_own()
    {
        var course = new Course(Chilled).Hold(0, 30, 1, every: 5).Read(31, 0.5).Read(35, 4);

        Assert.Equal(["below 2 for 20m: 0 - 35"], course.Alerts());
        Assert.Equal(0.5, course.Changes[1].PeakCelsius);
    }

    [Fact]
    public void A_reading_at_the_limit_is_out_of_range()
    {
        Assert.Single(new Course(Chilled).Hold(0, 30, 8.0).Changes);
        Assert.Empty(new Course(Chilled).Hold(0, 30, 7.99).Changes);
        Assert.Single(new Course(Chilled).Hold(0, 30, 2.0).Changes);
    }

    [Fact]
    public void A_hard_limit_opens_at_once_and_only_past_it()
    {
        var course = new Course(Chilled).Read(0, 15).Read(1, 15.1).Read(2, 18).Read(3, 14).Read(4, -5).Read(5, -5.1).Read(6, 5);

        Assert.Equal(["hard above 15: 1 - 3", "hard below -5: 5 - 6"], course.Alerts());
        Assert.Equal(18, course.Changes[1].PeakCelsius);
    }

    [Fact]
    public void A_gap_never_continues_a_breach()
    {
        var course = new Course(Chilled).Hold(0, 20, 9).Hold(50, 79, 9);

        Assert.Equal(["silent for 15m: 35 - 50"], course.Alerts());

        course.Read(80, 9);

        Assert.Equal(["silent for 15m: 35 - 50", "above 8 for 30m: 50 - …"], course.Alerts());
    }

    [Fact]
    public void A_gap_leaves_an_open_breach_open_until_a_reading_is_in_range()
    {
        var course = new Course(Chilled).Hold(0, 30, 9).Read(120, 9).Read(121, 5);

        Assert.Equal(["above 8 for 30m: 0 - 121", "silent for 15m: 45 - 120"], course.Alerts());
    }

    [Fact]
    public void Without_silentAfter_a_gap_is_longer_than_half_an_hour_and_raises_nothing()
    {
        var rules = Chilled with { SilentAfter = null };

        Assert.Empty(new Course(rules).Read(0, 9).Read(31, 9).Changes);
        Assert.Equal(["above 8 for 30m: 0 - …"], new Course(rules).Read(0, 9).Read(30, 9).AdvanceTo(10_000).Alerts());
    }

    [Fact]
    public void Silence_opens_when_the_tolerated_time_is_over_and_not_before()
    {
        var course = new Course(Chilled).Read(0, 5).AdvanceTo(15);
        Assert.Empty(course.Changes);

        course.AdvanceTo(15.1).AdvanceTo(60);
        Assert.True(course.State.IsSilent);
        Assert.Equal(["silent for 15m: 15 - …"], course.Alerts());
        Assert.Equal(("silent", Severities.Warning), (course.Changes[0].Kind, course.Changes[0].Severity));

        course.Read(61, 5);
        Assert.False(course.State.IsSilent);
        Assert.Equal(["silent for 15m: 15 - 61"], course.Alerts());
    }

    [Fact]
    public void Silence_is_the_same_whether_found_out_by_waiting_or_by_the_next_sample()
    {
        var waited = new Course(Chilled).Read(0, 5).AdvanceTo(40).Read(61, 5);
        var late = new Course(Chilled).Read(0, 5).Read(61, 5);

        Assert.Equal(waited.Changes, late.Changes);
    }

    [Fact]
    public void A_sample_older_than_the_silence_takes_it_back()
    {
        var course = new Course(Chilled).Read(0, 5).AdvanceTo(40).Read(10, 5).AdvanceTo(40);

        Assert.Equal(["silent for 15m: 15 - 15", "silent for 15m: 25 - …"], course.Alerts());
    }

    [Fact]
    public void A_probe_never_heard_of_is_not_silent() => Assert.Empty(new Course(Chilled).AdvanceTo(1_000).Changes);

    [Fact]
    public void A_fault_opens_at_the_first_one_and_closes_at_the_first_good_reading()
    {
        var course = new Course(Chilled).Read(0, 5).Fault(1).Fault(2, "power-on value").Read(3, 5);

        Assert.Equal(["fault: 1 - 3"], course.Alerts());
        Assert.Equal(("fault", Severities.Warning), (course.Changes[0].Kind, course.Changes[0].Severity));
    }

    [Fact]
    public void A_fault_is_neither_warm_nor_in_range()
    {
        var shortFault = new Course(Chilled).Hold(0, 20, 9).Fault(21).Fault(22).Hold(23, 30, 9);
        Assert.Equal(["fault: 21 - 23", "above 8 for 30m: 0 - …"], shortFault.Alerts());

        var longFault = new Course(Chilled).Hold(0, 20, 9);
        for (var minute = 21; minute < 40; minute++)
        {
            longFault.Fault(minute);
        }

        Assert.Equal(["fault: 21 - 40"], longFault.Hold(40, 69, 9).Alerts());
    }

    [Fact]
    public void A_probe_in_fault_is_not_silent() =>
        Assert.Equal(["fault: 10 - …"], new Course(Chilled).Read(0, 5).Fault(10).AdvanceTo(25).Alerts());

    [Fact]
    public void An_open_door_lets_a_warm_breach_wait_for_the_grace()
    {
        var quick = Chilled with { Rules = [new ExcursionRule { Above = 8, For = TimeSpan.FromMinutes(5) }] };
        var course = new Course(quick).Read(0, 5);
        for (var minute = 1; minute <= 12; minute++)
        {
            course.Read(minute, 9, doorOpenSince: 0.5);
        }

        Assert.Equal(["above 8 for 5m: 1 - …"], course.Alerts());
        Assert.Equal(Course.At(11), course.Changes[0].FulfilledAt);
    }

    [Fact]
    public void A_door_closed_within_the_grace_leaves_no_breach_when_it_gets_cold_again()
    {
        var quick = Chilled with { Rules = [new ExcursionRule { Above = 8, For = TimeSpan.FromMinutes(5) }] };
        var course = new Course(quick).Read(0, 5);
        for (var minute = 1; minute <= 9; minute++)
        {
            course.Read(minute, 9, doorOpenSince: 0.5);
        }

        Assert.Empty(course.Read(10, 7).Changes);
    }

    [Fact]
    public void A_door_excuses_neither_the_hard_limit_nor_the_cold()
    {
        var quick = Chilled with
        {
            Rules = [new ExcursionRule { Above = 8 }, new ExcursionRule { Below = 2 }],
        };

        Assert.Equal(["above 8: 1 - 2", "hard above 15: 1 - 2"], new Course(quick).Read(1, 16, 0.5).Read(2, 5).Alerts());
        Assert.Equal(["below 2: 1 - …"], new Course(quick).Read(1, 1, 0.5).Alerts());
        Assert.Empty(new Course(quick).Read(1, 9, 0.5).Changes);
    }

    [Fact]
    public void Time_out_of_range_adds_up_within_the_window()
    {
        var rules = new Profile
        {
            Rules = [new ExcursionRule { Above = 8, Cumulative = TimeSpan.FromMinutes(60), Window = TimeSpan.FromHours(24) }],
        };
        var course = new Course(rules).Hold(0, 25, 9).Hold(26, 99, 5).Hold(100, 125, 9.5).Hold(126, 199, 5).Hold(200, 209, 9);
        Assert.Empty(course.Changes);

        course.Read(210, 9).Read(211, 8.5).Read(212, 5);

        Assert.Equal(["above 8 cumulative 1h in 1d: 0 - 212"], course.Alerts());
        Assert.Equal(9.5, course.Changes[0].PeakCelsius);
        Assert.Equal(Course.At(210), course.Changes[0].FulfilledAt);
    }

    [Fact]
    public void Time_out_of_range_that_left_the_window_does_not_count()
    {
        var rules = new Profile
        {
            Rules = [new ExcursionRule { Above = 8, Cumulative = TimeSpan.FromMinutes(60), Window = TimeSpan.FromHours(4) }],
        };

        var inWindow = new Course(rules).Hold(0, 40, 9).Hold(41, 209, 5).Hold(210, 230, 9);
        Assert.Equal(["above 8 cumulative 1h in 4h: 0 - …"], inWindow.Alerts());

        var outside = new Course(rules).Hold(0, 40, 9).Hold(41, 229, 5).Hold(230, 250, 9);
        Assert.Empty(outside.Changes);
    }

    [Fact]
    public void What_an_alert_was_opened_for_is_not_counted_again()
    {
        var rules = new Profile { Rules = [new ExcursionRule { Above = 8, Cumulative = TimeSpan.FromMinutes(60) }] };
        var course = new Course(rules).Hold(0, 60, 9).Read(61, 5).Hold(70, 129, 9);
        Assert.Equal(["above 8 cumulative 1h: 0 - 61"], course.Alerts());

        course.Read(130, 9);
        Assert.Equal(["above 8 cumulative 1h: 0 - 61", "above 8 cumulative 1h: 70 - …"], course.Alerts());
    }

    [Fact]
    public void A_gap_adds_nothing_to_the_time_out_of_range()
    {
        var rules = new Profile
        {
            Rules = [new ExcursionRule { Above = 8, Cumulative = TimeSpan.FromMinutes(60) }],
            SilentAfter = TimeSpan.FromMinutes(15),
        };
        var course = new Course(rules).Hold(0, 30, 9).Hold(90, 119, 9);
        Assert.DoesNotContain(course.Changes, change => change.Kind == "excursion");

        Assert.Contains("above 8 cumulative 1h: 0 - …", course.Read(120, 9).Alerts());
    }

    [Fact]
    public void A_sample_not_newer_than_the_last_changes_nothing()
    {
        var course = new Course(Chilled).Hold(0, 10, 5);
        var before = course.Stored();

        Assert.False(course.Apply(new ProbeSample(Course.At(10), 20)));
        Assert.False(course.Apply(new ProbeSample(Course.At(3), 20)));
        Assert.False(course.Apply(new ProbeSample(Course.At(3), null, "crc")));

        Assert.Empty(course.Changes);
        Assert.Equal(before, course.Stored());
    }

    [Fact]
    public void The_same_breach_has_the_same_id()
    {
        var live = new Course(Chilled).Hold(0, 40, 9).Read(41, 5);
        var replayed = new Course(Chilled).Hold(0, 40, 9).Read(41, 5);

        Assert.Equal(live.Changes[0].AlertId("g", "d"), replayed.Changes[1].AlertId("g", "d"));
        Assert.Equal($"g/d/excursion/above-8-for-30m/{Course.Start.ToUnixTimeMilliseconds()}", live.Changes[0].AlertId("g", "d"));
    }

    [Fact]
    public void What_is_open_can_be_asked_for_with_its_peak_so_far()
    {
        var course = new Course(Chilled).Hold(0, 30, 9).Read(31, 12).Fault(32).StoreAndLoad();

        Assert.Equal(["above 8 for 30m", "fault"], course.Open().Select(change => change.Rule));
        Assert.Equal(12, course.Open()[0].PeakCelsius);
        Assert.All(course.Open(), change => Assert.True(change.Opened));
        Assert.Empty(course.Read(33, 5).Open());
    }

    [Fact]
    public void A_changed_profile_keeps_what_stays_and_resolves_what_is_gone()
    {
        var state = new ExcursionState();
        var changes = new List<AlertChange>();
        var other = Chilled with { Rules = [Chilled.Rules[1], new ExcursionRule { Above = 9, For = TimeSpan.FromMinutes(30) }] };
        for (var minute = 0; minute <= 30; minute++)
        {
            ExcursionEngine.Apply(Chilled, state, new ProbeSample(Course.At(minute), 16), changes);
        }

        Assert.Equal(["hard above 15", "above 8 for 30m"], changes.Select(change => change.Rule));
        changes.Clear();
        ExcursionEngine.Apply(other, state, new ProbeSample(Course.At(31), 16), changes);

        var gone = Assert.Single(changes);
        Assert.Equal(("above 8 for 30m", Course.At(31)), (gone.Rule, gone.ResolvedAt));
        Assert.Equal(Course.At(0), gone.OpenedAt);
    }

    [Fact]
    public void Only_a_state_can_be_read()
    {
        var stored = new Course(Chilled).Hold(0, 25, 9).Stored();

        Assert.Throws<FormatException>(() => ExcursionState.Read([]));
        Assert.Throws<FormatException>(() => ExcursionState.Read([99]));
        Assert.Throws<FormatException>(() => ExcursionState.Read(stored.AsSpan(0, stored.Length - 1)));
    }

    [Fact]
    public void A_probe_in_range_costs_few_bytes_to_store_and_none_to_judge()
    {
        var course = new Course(Chilled).Hold(0, 10, 5);
        Assert.True(course.Stored().Length <= 48, $"{course.Stored().Length} bytes");

        var state = course.State;
        var sample = new ProbeSample(Course.At(11), 5);
        ExcursionEngine.Apply(Chilled, state, sample, course.Changes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            ExcursionEngine.Apply(Chilled, state, new ProbeSample(Course.At(12 + i), 5), course.Changes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
