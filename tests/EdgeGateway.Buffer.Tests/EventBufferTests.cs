using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using static EdgeGateway.Buffer.Tests.TestBuffer;

namespace EdgeGateway.Buffer.Tests;

public sealed class EventBufferTests : IDisposable
{
    private readonly TestBuffer test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task Events_come_back_in_commit_order_with_their_numbers()
    {
        await using var buffer = test.Open();
        await Task.WhenAll(Enumerable.Range(0, 5000).Select(i => buffer.Append(Reading(i))));

        var events = ReadAll(buffer);

        Assert.Equal(Enumerable.Range(1, 5000).Select(i => (long)i), events.Select(e => e.Seq));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (double)i), events.Select(Celsius));
        Assert.All(events, e => Assert.Equal(buffer.Store, e.Store));
    }

    [Fact]
    public async Task Each_family_comes_back_with_its_key_and_all_it_was_given()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        await using var buffer = test.Open();
        await buffer.Append(Reading(4.5, at: at), Importance.TemperatureInRange);
        await buffer.Append(new InputEvent { Device = "door-3", ObservedAt = at, Clock = ClockQuality.Rtc, Kind = "door", Active = true });
        await buffer.Append(Tag(new Random(1)) with { Epc = "urn:epc:id:sgtin:0614141.812345.32a\"é" }, Importance.RepeatTag);
        await buffer.Append(Position(new Random(1)), Importance.PositionInRange);

        var events = ReadAll(buffer);

        Assert.Equal(
            ["store-1/probe-1", "store-1/door-3", "urn:epc:id:sgtin:0614141.812345.32a\"é", "store-1"], events.Select(Key));
        Assert.Equal(
            [EventFamily.Temperature, EventFamily.Inputs, EventFamily.Tags, EventFamily.Position], events.Select(e => e.Family));
        Assert.Equal(
            [Importance.TemperatureInRange, Importance.Evidence, Importance.RepeatTag, Importance.PositionInRange],
            events.Select(e => e.Importance));
        Assert.Equal([ClockQuality.Ntp, ClockQuality.Rtc, ClockQuality.Ntp, ClockQuality.Gps], events.Select(e => e.Clock));
        Assert.Equal([at, at], events.Take(2).Select(e => e.ObservedAt));
        Assert.Equal("""{"kind":"door","active":true}""", Body(events[1]).GetRawText());
    }

    [Fact]
    public async Task A_queue_that_was_emptied_goes_on_counting_after_a_restart()
    {
        string store;
        await using (var buffer = test.Open())
        {
            await buffer.Append([Reading(1), Reading(2)]);
            await buffer.Acknowledge(2);
            store = buffer.Store;
        }

        await using var again = test.Open();
        Assert.Equal(0, again.Stats.Buffered);
        await again.Append(Reading(3));

        var e = Assert.Single(ReadAll(again));
        Assert.Equal((store, 3), (e.Store, e.Seq));
    }

    [Fact]
    public async Task Only_what_Kafka_has_is_gone_after_a_restart()
    {
        await using (var buffer = test.Open())
        {
            for (var i = 1; i <= 10; i++)
            {
                await buffer.Append(Reading(i));
            }

            await buffer.Acknowledge(4);
        }

        await using var again = test.Open();
        Assert.Equal(4, again.AcknowledgedPosition);
        Assert.Equal(6, again.Stats.Buffered);
        Assert.Equal([5, 6, 7, 8, 9, 10], ReadAll(again).Select(Celsius));
    }

    [Fact]
    public async Task An_acknowledgement_of_what_was_never_committed_deletes_nothing_later()
    {
        await using var buffer = test.Open();
        await buffer.Append(Reading(1));
        await buffer.Acknowledge(50);
        await buffer.Append(Reading(2));

        Assert.Equal([2.0], ReadAll(buffer).Select(Celsius));
    }

    [Fact]
    public async Task A_list_is_taken_whole_or_not_at_all()
    {
        await using var buffer = test.Open();
        var tooLarge = Reading(2) with { Profile = new string('x', 70_000) };

        await Assert.ThrowsAsync<ArgumentException>(() => buffer.Append([Reading(1), tooLarge, Reading(3)]));
        await buffer.Append([Reading(4), Reading(5)]);

        Assert.Equal([4, 5], ReadAll(buffer).Select(Celsius));
    }

    [Fact]
    public async Task Waiting_for_events_ends_with_a_commit_and_not_before()
    {
        await using var buffer = test.Open();
        await buffer.Append(Reading(1));
        await buffer.WaitForEvents(0, CancellationToken.None);
        var waiting = buffer.WaitForEvents(1, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        await buffer.Append(Reading(2));

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_drained_buffer_makes_nobody_believe_there_were_events()
    {
        await using (var buffer = test.Open())
        {
            await buffer.Append(Reading(1));
            await buffer.Acknowledge(1);
        }

        await using var again = test.Open();
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => again.WaitForEvents(0, soon.Token));
    }

    [Fact]
    public async Task What_waits_when_the_buffer_is_closed_is_committed_first()
    {
        List<Task> appends;
        await using (var buffer = test.Open())
        {
            appends = [.. Enumerable.Range(0, 100).Select(i => buffer.Append(Reading(i)))];
        }

        await Task.WhenAll(appends);
        await using var again = test.Open();
        Assert.Equal(100, again.Stats.Buffered);
    }

    [Fact]
    public async Task Nothing_is_taken_after_closing()
    {
        var buffer = test.Open();
        await buffer.DisposeAsync();

        await Assert.ThrowsAsync<BufferUnavailableException>(() => buffer.Append(Reading(1)));
    }

    [Fact]
    public async Task A_buffer_of_another_gateway_is_refused_with_what_to_do()
    {
        await using (test.Open())
        {
        }

        test.Options = test.Options with { Gateway = "store-2" };

        var refusal = Assert.Throws<InvalidOperationException>(() => test.Open());
        Assert.Contains("store-1, not of store-2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_buffer_in_use_is_refused()
    {
        await using var first = test.Open();

        var refusal = Assert.Throws<InvalidOperationException>(() => test.Open());

        Assert.Contains("in use", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_from_before_the_clock_was_set_are_dated_again_across_a_restart()
    {
        var wrong = new DateTimeOffset(1970, 1, 1, 0, 10, 0, TimeSpan.Zero);
        var right = new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);
        var time = new ManualTime(wrong);
        using var own = new TestBuffer { Time = time };
        await using (var buffer = own.Open())
        {
            await buffer.Append(Reading(1, at: time.GetUtcNow(), clock: ClockQuality.Unsynced));
            time.Advance(TimeSpan.FromMinutes(1));
            await buffer.Append(Reading(2, at: time.GetUtcNow(), clock: ClockQuality.Unsynced));
        }

        await using var again = own.Open();
        time.Advance(TimeSpan.FromMinutes(1));
        time.SetWallClock(right);
        await again.SetClock(right, ClockQuality.Ntp);
        await again.Append(Reading(3, at: time.GetUtcNow()));

        var events = ReadAll(again);
        Assert.Equal([right.AddMinutes(-2), right.AddMinutes(-1), right], events.Select(e => e.ObservedAt));
        Assert.All(events, e => Assert.Equal(ClockQuality.Ntp, e.Clock));
        Assert.Equal(TimeSpan.FromMinutes(2), again.Stats.OldestAge);
    }

    [Fact]
    public async Task Events_of_an_earlier_boot_stay_as_they_were_dated()
    {
        await using (var buffer = test.Open())
        {
            await buffer.Append(Reading(1, at: DateTimeOffset.UnixEpoch.AddHours(1), clock: ClockQuality.Unsynced));
        }

        test.Options = test.Options with { BootId = "boot-2" };
        await using var again = test.Open();
        await again.SetClock(DateTimeOffset.UtcNow, ClockQuality.Ntp);

        var e = Assert.Single(ReadAll(again));
        Assert.Equal((DateTimeOffset.UnixEpoch.AddHours(1), ClockQuality.Unsynced), (e.ObservedAt, e.Clock));
    }

    [Theory]
    [InlineData(+3650)]
    [InlineData(-3650)]
    public async Task A_jump_of_the_clock_changes_neither_order_nor_age(int days)
    {
        var time = new ManualTime();
        using var own = new TestBuffer { Time = time };
        await using var buffer = own.Open();
        await buffer.Append(Reading(1, at: time.GetUtcNow()));
        time.Advance(TimeSpan.FromMinutes(5));
        time.SetWallClock(time.GetUtcNow().AddDays(days));
        await buffer.Append(Reading(2, at: time.GetUtcNow()));

        Assert.Equal([1, 2], ReadAll(buffer).Select(Celsius));
        Assert.Equal(TimeSpan.FromMinutes(5), buffer.Stats.OldestAge);
    }
}
