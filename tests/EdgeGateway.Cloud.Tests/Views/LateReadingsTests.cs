using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Views;

[Collection(DatabaseCollection.Name)]
public sealed class LateReadingsTests(Database databases)
{
    private static readonly CloudSettings Settings = Feed.Settings with
    {
        Profiles = new Dictionary<string, Profile>
        {
            ["chilled"] = new()
            {
                Name = "chilled",
                Rules =
                [
                    new ExcursionRule { Above = 8, For = TimeSpan.FromMinutes(30) },
                    new ExcursionRule { Below = 2, For = TimeSpan.FromMinutes(20) },
                    new ExcursionRule { Above = 8, Cumulative = TimeSpan.FromMinutes(60), Window = TimeSpan.FromHours(6) },
                    new ExcursionRule { MktAbove = 7, Window = TimeSpan.FromHours(6) },
                ],
                SilentAfter = TimeSpan.FromMinutes(25), DoorGrace = TimeSpan.FromMinutes(40), HardAbove = 15,
            },
            ["ambient"] = new() { Name = "ambient", Rules = [new ExcursionRule { Above = 12 }], SilentAfter = TimeSpan.FromHours(1) },
        },
    };

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task A_warm_spell_that_comes_days_late_opens_and_closes_its_alert_at_its_own_time(string kind)
    {
        await using var store = await databases.NewStore(kind);
        var feed = New(store);
        const int days = 3 * 24 * 60;
        feed.Add(Reading(1, 0, 5));
        for (var minute = 0; minute <= 60; minute += 10)
        {
            feed.Add(Reading(100 + minute, days + minute, 5));
        }

        feed.Commit();
        feed.Now = Records.At(days + 60);
        for (var minute = 10; minute <= 60; minute += 10)
        {
            feed.Add(Reading(1 + minute, minute, minute < 60 ? 9 + (minute / 10) : 4));
        }

        feed.Commit();
        Assert.Equal(
            [$"above-8-for-30m {Records.At(10):HH:mm}-{Records.At(60):HH:mm} 14 True"],
            feed.Query("SELECT id, opened_at, resolved_at, peak_celsius, late FROM alerts WHERE kind = 'excursion'", row =>
                $"{row.GetString(0).Split('/')[3]} {Time(row.GetInt64(1)):HH:mm}-{Time(row.GetInt64(2)):HH:mm} {row.GetDouble(3)} {row.GetInt64(4) == 1}"));
        Assert.Equal(["opened", "resolved"], feed.Query("SELECT change FROM audit WHERE alert LIKE '%excursion%' ORDER BY id", row => row.GetString(0)));
        // The silence that the gap had looked like began only after the last of them.
        Assert.Equal(
            [(Records.At(25), Records.At(25)), (Records.At(85), Records.At(days))],
            feed.Query("SELECT opened_at, resolved_at FROM alerts WHERE kind = 'silent' ORDER BY opened_at", row => (Time(row.GetInt64(0)), Time(row.GetInt64(1)))));
    }

    [Fact]
    public async Task A_backlog_that_comes_days_late_gives_the_alerts_of_a_live_run_marked_as_late()
    {
        await using var live = await databases.NewStore("sqlite");
        await using var late = await databases.NewStore("sqlite");
        var course = Enumerable.Range(0, 12).Select(i => Reading(i + 1, i * 10, i is > 2 and < 8 ? 9 : 4)).ToList();
        var (now, after) = (New(live), New(late));
        foreach (var reading in course)
        {
            now.Now = reading.ObservedAt.AddSeconds(2);
            now.Add(reading);
            now.Commit();
            after.Now = Records.At(3 * 24 * 60);
            after.Add(reading);
        }

        after.Commit();
        Assert.Equal(Judged(live), Judged(late));
        Assert.Equal([false], now.Query("SELECT late FROM alerts", row => row.GetInt64(0) == 1));
        Assert.Equal([true], after.Query("SELECT late FROM alerts", row => row.GetInt64(0) == 1));
    }

    [Fact]
    public async Task A_late_reading_in_range_withdraws_an_alert_that_was_acknowledged_and_says_so_in_the_audit_trail()
    {
        await using var store = await databases.NewStore("sqlite");
        var feed = New(store);
        for (var minute = 0; minute <= 40; minute += 10)
        {
            feed.Add(Reading(1 + minute, minute, 9));
        }

        feed.Commit();
        using (var transaction = store.Begin())
        {
            transaction.Command("UPDATE alerts SET state = 'acknowledged', acknowledged_by = 'operator', note = 'door was open'").Run();
            transaction.Commit();
        }

        feed.Add(Reading(100, 15, 5));
        feed.Commit();
        Assert.Equal(("resolved", 0L, "operator"), feed.Query("SELECT state, resolved_at - opened_at, acknowledged_by FROM alerts", row => (row.GetString(0), row.GetInt64(1), row.GetString(2))).Single());
        Assert.Equal(["opened", "withdrawn"], feed.Query("SELECT change FROM audit ORDER BY id", row => row.GetString(0)));

        feed.Add(Reading(101, 50, 9));
        feed.Commit();
        Assert.Equal(Records.At(20).ToUnixTimeMilliseconds(), feed.Query("SELECT opened_at FROM alerts WHERE state = 'open'", row => row.GetInt64(0)).Single());
    }

    [Fact]
    public async Task What_came_too_late_is_kept_and_counted_and_not_judged()
    {
        await using var store = await databases.NewStore("sqlite");
        var writer = new ViewWriter(store, Settings, TimeProvider.System);
        var feed = new Feed(store, writer);
        feed.Add(Reading(1, 8 * 24 * 60, 5));
        feed.Add(Reading(2, 5, 20));
        feed.Commit();
        Assert.Equal(1, writer.TooLate);
        Assert.Empty(feed.Query("SELECT id FROM alerts", row => row.GetString(0)));
        Assert.Equal(2, ViewDump.Of(store).Count(line => line.StartsWith("readings|", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task In_whatever_order_readings_come_the_alerts_are_those_of_their_sorted_order()
    {
        var count = TestScale.Pick(3, 25, 400);
        for (var seed = 1; seed <= count; seed++)
        {
            var random = new Random(seed);
            var readings = Course(random);
            await using var sorted = await databases.NewStore("sqlite");
            Add(New(sorted), readings);
            await using var shuffled = await databases.NewStore("sqlite");
            Add(New(shuffled, 1 + random.Next(200)), Shuffle(readings, random));

            var expected = Judged(sorted);
            Assert.Contains(expected, line => line.Contains("/excursion/", StringComparison.Ordinal));
            Assert.True(expected.SequenceEqual(Judged(shuffled)), $"seed {seed}:\n{string.Join('\n', expected.Except(Judged(shuffled)))}\ninstead of\n{string.Join('\n', Judged(shuffled).Except(expected))}");
        }

        static void Add(Feed feed, IEnumerable<TemperatureEvent> readings)
        {
            foreach (var reading in readings)
            {
                feed.Add(reading);
            }

            feed.Commit();
        }
    }

    // Alerts that hold, and what the rules remember. An alert without length was withdrawn: which of these there are depends on what was known when.
    private static List<string> Judged(IStore store)
    {
        using var connection = store.OpenReader();
        return [
            .. connection.Command("SELECT id, state, opened_at, resolved_at, peak_celsius, mkt_celsius FROM alerts WHERE resolved_at IS NULL OR resolved_at > opened_at ORDER BY id")
                .Rows(row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(row.GetValue))),
            .. connection.Command("SELECT state FROM devices ORDER BY device").Rows(row => Convert.ToHexString(row.GetFieldValue<byte[]>(0))),
        ];
    }

    // Two probes over six days: warm and cold spells, faults, gaps, an open door now and then, a change of profile.
    private static List<TemperatureEvent> Course(Random random)
    {
        var readings = new List<TemperatureEvent>();
        var (celsius, door) = (5.0, (double?)null);
        for (var minute = 0.0; minute < 6 * 24 * 60; minute += random.Next(12) == 0 ? 1 + random.Next(90) : 5 + random.NextDouble())
        {
            celsius = random.Next(40) switch { 0 => 5, 1 => 9, 2 => 1, 3 => 16, _ => celsius + random.NextDouble() - 0.5 };
            door = random.Next(20) switch { 0 => minute, 1 or 2 => null, _ => door };
            var reading = Reading(readings.Count + 1, minute, celsius, $"probe-{random.Next(2)}") with
            {
                DoorOpenSince = door is { } since ? Records.At(since) : null,
                Profile = minute > 3000 && minute < 4000 ? "ambient" : "chilled",
            };
            readings.Add(random.Next(25) == 0 ? reading with { Celsius = null, Fault = "crc" } : reading);
        }

        return readings;
    }

    // Stretches of a few hours are held back for up to days, and neighbours change places.
    private static IEnumerable<TemperatureEvent> Shuffle(List<TemperatureEvent> readings, Random random)
    {
        var delay = 0.0;
        var seq = 0;
        return readings.Select(reading =>
            {
                delay = random.Next(40) switch { 0 => random.Next(5 * 24 * 60), 1 or 2 or 3 => 0, _ => delay };
                return (reading, At: reading.ObservedAt.AddMinutes(delay + (random.Next(4) == 0 ? random.Next(20) : 0)));
            })
            .OrderBy(one => one.At).Select(one => one.reading with { Seq = ++seq }).ToList();
    }

    private static Feed New(IStore store, int batchSize = int.MaxValue) => new(store, new ViewWriter(store, Settings, TimeProvider.System), batchSize);

    private static TemperatureEvent Reading(long seq, double minute, double celsius, string device = "probe-1") => new()
    {
        Gateway = "truck-1", Store = "s1", Seq = seq, Site = "dallas", Device = device, Profile = "chilled", Celsius = celsius, ObservedAt = Records.At(minute), Clock = ClockQuality.Ntp,
    };

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
