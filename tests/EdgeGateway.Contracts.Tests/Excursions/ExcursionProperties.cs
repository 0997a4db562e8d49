using EdgeGateway.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeGateway.Contracts.Tests.Excursions;

/// <summary>What must hold for every course of a probe, against a naive twin that keeps all samples.</summary>
public sealed class ExcursionProperties
{
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(15);

    private static readonly Profile Rules = new()
    {
        Rules =
        [
            new ExcursionRule { Above = 8, For = TimeSpan.FromMinutes(30) },
            new ExcursionRule { Below = 2, For = TimeSpan.FromMinutes(20) },
            new ExcursionRule { Above = 8, Cumulative = TimeSpan.FromMinutes(60), Window = TimeSpan.FromHours(4) },
            new ExcursionRule { MktAbove = 8, Window = TimeSpan.FromHours(2) },
        ],
        SilentAfter = Gap,
        DoorGrace = TimeSpan.FromMinutes(5),
        HardAbove = 15,
        HardBelow = -2,
    };

    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(TestScale.Pick(quick: 30, normal: 300, @long: 5_000));

    /// <summary>Spells of alike samples: warm, cold, in range or faulty, with gaps and doors in between.</summary>
    private static Arbitrary<Step[]> Courses => Arb.From(
        (from celsius in Gen.Elements(-3.0, 1, 2, 5, 5, 5, 7.9, 8, 9, 9, 16)
         from fault in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
         from count in Gen.Choose(1, 40)
         from seconds in Gen.Elements(60, 60, 150, 600, 900, 901, 3600)
         from door in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
         select new Step(celsius, fault, count, seconds, door)).ArrayOf(),
        steps => steps.Select((_, i) => steps.Where((_, j) => j != i).ToArray()));

    [Fact]
    public void A_state_that_goes_through_storage_after_every_sample_judges_the_same() =>
        Prop.ForAll(Courses, steps =>
        {
            var kept = new Course(Rules);
            var stored = new Course(Rules);
            foreach (var sample in Samples(steps))
            {
                kept.Apply(sample);
                stored.Apply(sample);
                stored.StoreAndLoad();
            }

            Assert.Equal(kept.Changes, stored.Changes);
        }).Check(Runs);

    [Fact]
    public void Samples_given_twice_or_again_later_change_nothing() =>
        Prop.ForAll(Courses, steps =>
        {
            var once = new Course(Rules);
            var again = new Course(Rules);
            var samples = Samples(steps).ToList();
            for (var i = 0; i < samples.Count; i++)
            {
                once.Apply(samples[i]);
                again.Apply(samples[i]);
                again.Apply(samples[i]);
                again.Apply(samples[i / 2]);
            }

            Assert.Equal(once.Changes, again.Changes);
        }).Check(Runs);

    [Fact]
    public void Every_alert_opens_once_and_is_resolved_at_most_once_and_not_before_it_opened() =>
        Prop.ForAll(Courses, steps =>
        {
            var course = Play(steps);
            foreach (var alert in course.Changes.GroupBy(change => change.AlertId("g", "d")))
            {
                var changes = alert.ToList();
                Assert.InRange(changes.Count, 1, 2);
                Assert.True(changes[0].Opened);
                Assert.True(changes[0].FulfilledAt >= changes[0].OpenedAt);
                Assert.All(changes.Skip(1), resolved => Assert.True(!resolved.Opened && resolved.ResolvedAt >= resolved.OpenedAt));
            }

            var open = course.Changes.GroupBy(change => change.AlertId("g", "d")).Where(alert => alert.Count() == 1).Select(alert => alert.Key);
            Assert.Equal(open.Order(), course.Open().Select(change => change.AlertId("g", "d")).Order());
        }).Check(Runs);

    [Fact]
    public void Runs_are_those_a_naive_look_at_all_samples_finds() =>
        Prop.ForAll(Courses, steps =>
        {
            var course = Play(steps);
            foreach (var (rule, broken, minutes) in new (string, Func<double, bool>, int)[]
            {
                ("above 8 for 30m", celsius => celsius >= 8, 30),
                ("below 2 for 20m", celsius => celsius <= 2, 20),
                ("hard above 15", celsius => celsius > 15, 0),
                ("hard below -2", celsius => celsius < -2, 0),
            })
            {
                var expected = NaiveRuns(steps, broken, minutes, waitsForDoor: rule.StartsWith("above", StringComparison.Ordinal));
                var actual = course.Changes.Where(change => change.Rule == rule).Select(change => (change.OpenedAt, change.ResolvedAt));
                Assert.Equal(expected, actual);
            }
        }).Check(Runs);

    [Fact]
    public void Silences_are_the_gaps_between_samples() =>
        Prop.ForAll(Courses, steps =>
        {
            var times = Samples(steps).Select(sample => sample.ObservedAt).ToList();
            var expected = times.Zip(times.Skip(1)).Where(pair => pair.Second - pair.First > Gap).Select(pair => (pair.First + Gap, pair.Second));
            var actual = Play(steps).Changes.Where(change => change is { Kind: "silent", Opened: false }).Select(change => (change.OpenedAt, change.ResolvedAt!.Value));

            Assert.Equal(expected, actual);
        }).Check(Runs);

    [Fact]
    public void A_state_is_bounded_whatever_the_course()
    {
        var rules = Rules with { Rules = [.. Rules.Rules, new ExcursionRule { Above = 6, Cumulative = TimeSpan.FromDays(29), Window = TimeSpan.FromDays(30) }] };
        var course = new Course(rules);
        for (var minute = 0; minute < 10_000; minute++)
        {
            course.Read(minute, minute % 2 == 0 ? 9 : 1);
        }

        Assert.InRange(course.Stored().Length, 1_000, 6_000);
    }

    [Fact]
    public void Spells_past_the_cap_keep_their_time_out_of_range()
    {
        var rules = new Profile { Rules = [new ExcursionRule { Above = 8, Cumulative = TimeSpan.FromMinutes(300), Window = TimeSpan.FromDays(30) }] };
        var course = new Course(rules);
        for (var spell = 0; spell < 299; spell++)
        {
            course.Read(spell * 10, 9).Read((spell * 10) + 1, 9).Read((spell * 10) + 2, 5);
        }

        Assert.Empty(course.Changes);
        Assert.Equal("above 8 cumulative 5h in 30d: 0 - …", Assert.Single(course.Read(2990, 9).Read(2991, 9).Alerts()));
    }

    private static Course Play(Step[] steps)
    {
        var course = new Course(Rules);
        foreach (var sample in Samples(steps))
        {
            course.Apply(sample);
        }

        return course;
    }

    private static IEnumerable<ProbeSample> Samples(Step[] steps)
    {
        var at = Course.Start;
        foreach (var step in steps)
        {
            var doorSince = at;
            for (var i = 0; i < step.Count; i++)
            {
                at = at.AddSeconds(step.Seconds);
                yield return new ProbeSample(at, step.Fault ? null : step.Celsius, step.Fault ? "crc" : null, step.Door ? doorSince : null);
            }
        }
    }

    /// <summary>Opened and resolved times, in the order of the changes.</summary>
    private static List<(DateTimeOffset OpenedAt, DateTimeOffset? ResolvedAt)> NaiveRuns(Step[] steps, Func<double, bool> broken, int minutes, bool waitsForDoor)
    {
        var good = Samples(steps).Where(sample => sample.Celsius is not null).ToList();
        var changes = new List<(DateTimeOffset, DateTimeOffset?)>();
        for (var i = 0; i < good.Count; i++)
        {
            if (!broken(good[i].Celsius!.Value))
            {
                continue;
            }

            var firstInRange = good.FindIndex(i, sample => !broken(sample.Celsius!.Value));
            var end = firstInRange < 0 ? good.Count : firstInRange;
            var from = i;
            for (var j = i; j < end; j++)
            {
                from = j > i && good[j].ObservedAt - good[j - 1].ObservedAt > Gap ? j : from;
                var waits = waitsForDoor && good[j].Celsius <= 15 && good[j].DoorOpenSince is { } since && good[j].ObservedAt - since < Rules.DoorGrace;
                if (good[j].ObservedAt - good[from].ObservedAt >= TimeSpan.FromMinutes(minutes) && !waits)
                {
                    changes.Add((good[from].ObservedAt, null));
                    if (firstInRange >= 0)
                    {
                        changes.Add((good[from].ObservedAt, good[firstInRange].ObservedAt));
                    }

                    break;
                }
            }

            i = end;
        }

        return changes;
    }

    private sealed record Step(double Celsius, bool Fault, int Count, int Seconds, bool Door);
}
