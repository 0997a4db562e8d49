using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using static EdgeGateway.Buffer.Tests.TestBuffer;

namespace EdgeGateway.Buffer.Tests;

[Trait("Speed", "Slow")]
public sealed class SpaceTests : IDisposable
{
    private const long MaxBytes = BufferOptions.LeastMaxBytes;

    private readonly TestBuffer test = new(MaxBytes);
    private readonly Random random = new(1);

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task Evidence_fills_the_file_to_its_limit_then_appending_waits_until_Kafka_takes_some()
    {
        await using var buffer = test.Open();
        var accepted = await FillWith(buffer, () => Tag(random), Importance.Evidence);
        Assert.Equal(BufferState.Full, buffer.Stats.State);
        Assert.Contains("maxBytes", buffer.Stats.Reason, StringComparison.Ordinal);
        Assert.Equal(accepted, buffer.Stats.Buffered);

        var waiting = buffer.Append(Tag(random));
        await buffer.Acknowledge(buffer.LastPosition / 2);

        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.Equal(BufferState.Ok, () => buffer.Stats.State, "the buffer takes events again");
        Assert.Equal(0, buffer.Stats.Shed);
        var bytes = FilesBytes();
        Assert.True(bytes <= MaxBytes, $"{bytes} bytes");
    }

    [Fact]
    public async Task Waiting_events_are_bounded_and_the_rest_is_refused_at_once()
    {
        await using var buffer = test.Open();
        await FillWith(buffer, () => Tag(random), Importance.Evidence);

        Task refused;
        do
        {
            refused = buffer.Append(Tag(random));
        }
        while (!refused.IsFaulted);

        await Assert.ThrowsAsync<BufferUnavailableException>(() => refused);
    }

    [Fact]
    public async Task Least_important_events_go_first_and_each_loss_is_in_the_ledger()
    {
        await using var buffer = test.Open();
        var kept = new List<double>();
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var number = 0; buffer.Stats.State == BufferState.Ok; number++)
        {
            var events = new List<Task>();
            for (var i = 0; i < 1000; i++)
            {
                events.Add(buffer.Append(Tag(random), Importance.RepeatTag));
                events.Add(buffer.Append(Position(random), Importance.PositionInRange));
            }

            events.Add(buffer.Append(Reading(number, at: at.AddSeconds(number))));
            kept.Add(number);
            await Task.WhenAll(events);
        }

        var stored = ReadAll(buffer);
        var ledger = stored.Where(e => e.Family == EventFamily.Ledger).Select(e => Body(e)).ToList();

        Assert.Equal(kept, stored.Where(e => e.Family == EventFamily.Temperature).Select(Celsius));
        Assert.NotEmpty(ledger);
        Assert.All(ledger, entry => Assert.Equal("tags", entry.GetProperty("family").GetString()));
        AssertEveryHoleIsNamed(buffer, stored);
        Assert.Equal(buffer.LastSeq - stored.Count, buffer.Stats.Shed);
        Assert.Equal(stored.Count, buffer.Stats.Buffered);
    }

    [Fact]
    public async Task Temperatures_within_limits_are_thinned_to_true_readings_of_each_window()
    {
        await using var buffer = test.Open();
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var given = new List<(DateTimeOffset At, double Celsius)>();
        while (buffer.Stats.Shed == 0)
        {
            var events = new List<GatewayEvent>();
            for (var i = 0; i < 1000; i++)
            {
                at = at.AddSeconds(1);
                given.Add((at, Math.Round(4 + (random.NextDouble() * 2), 4)));
                events.Add(Reading(given[^1].Celsius, at: at) with { Humidity = random.NextDouble() });
            }

            await buffer.Append(events, Importance.TemperatureInRange);
        }

        var stored = ReadAll(buffer);
        var readings = stored.Where(e => e.Family == EventFamily.Temperature).ToList();
        var lost = given.Count - readings.Count;

        Assert.Subset(given.ToHashSet(), readings.Select(e => (e.ObservedAt, Celsius(e))).ToHashSet());
        Assert.Equal(lost, Ledger(stored, "thinned").Sum(entry => entry.GetProperty("count").GetInt64()));
        AssertEveryHoleIsNamed(buffer, stored);

        // Around what was thinned, no gap looks like a silent probe.
        var gaps = readings.Zip(readings.Skip(1), (a, b) => b.ObservedAt - a.ObservedAt);
        Assert.All(gaps, gap => Assert.True(gap <= TimeSpan.FromMinutes(10), $"{gap}"));
    }

    [Fact]
    public async Task The_files_never_outgrow_the_limit_while_shedding_and_draining()
    {
        await using var buffer = test.Open();
        for (var round = 0; round < 100; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => buffer.Append(Tag(random), (Importance)(i % 2 * 3))));
            if (round % 3 == 0)
            {
                await buffer.Acknowledge(buffer.AcknowledgedPosition + 1500);
            }

            var bytes = FilesBytes();
            Assert.True(bytes <= MaxBytes, $"{bytes} bytes after round {round}");

            // An acknowledgement is carried out after its task has completed, and changes the files once more.
            await Eventually.True(() => FilesBytes() == buffer.Stats.Bytes, "the buffer tells what its files take");
        }

        Assert.True(buffer.Stats.Shed > 0, "the limit was never reached");
    }

    [Fact]
    public async Task Space_is_given_back_after_a_drain()
    {
        await using var buffer = test.Open();
        await FillWith(buffer, () => Tag(random), Importance.Evidence);

        await buffer.Acknowledge(buffer.LastPosition);

        // One MiB stays for later commits, and the log keeps its size.
        await Eventually.True(() => FileBytes("") < (1 << 20) + 65536, "the database file shrinks", TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_reserve_of_the_disk_is_left_alone()
    {

        // A memory file system, because nobody else writes there meanwhile.
        var folder = Directory.CreateDirectory("/dev/shm/edge-gateway-test-" + Guid.NewGuid().ToString("N"));
        var free = new DriveInfo("/dev/shm").AvailableFreeSpace;
        test.Options = test.Options with { Path = Path.Combine(folder.FullName, "buffer.db"), ReserveBytes = free - (3 << 20), MaxBytes = 1L << 30 };
        try
        {
            await using var buffer = test.Open();

            await FillWith(buffer, () => Tag(random), Importance.Evidence);

            Assert.Contains("reserveBytes", buffer.Stats.Reason, StringComparison.Ordinal);
            Assert.InRange(buffer.Stats.Bytes, 1, 3 << 20);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Appends until nothing more is taken; returns how many events were.</summary>
    private async Task<int> FillWith(EventBuffer buffer, Func<GatewayEvent> next, Importance importance)
    {
        var accepted = 0;
        while (true)
        {
            var appends = Enumerable.Range(0, 2000).Select(_ => buffer.Append(next(), importance)).ToList();
            var all = Task.WhenAll(appends);
            await Eventually.True(() => all.IsCompleted || buffer.Stats.State == BufferState.Full, "taken, or full");
            var bytes = FilesBytes();
            Assert.True(bytes <= test.Options.MaxBytes, $"{bytes} bytes");
            if (!all.IsCompleted)
            {
                return accepted + appends.Count(append => append.IsCompleted);
            }

            accepted += appends.Count;
        }
    }

    private static void AssertEveryHoleIsNamed(EventBuffer buffer, List<StoredEvent> stored)
    {
        var present = stored.Select(e => e.Seq).ToHashSet();
        var ranges = Ledger(stored, "shed").Concat(Ledger(stored, "thinned"))
            .Select(entry => (From: entry.GetProperty("fromSeq").GetInt64(), To: entry.GetProperty("toSeq").GetInt64())).ToList();
        for (long seq = 1; seq <= buffer.LastSeq; seq++)
        {
            Assert.True(present.Contains(seq) || ranges.Any(range => seq >= range.From && seq <= range.To), $"{seq} is missing");
        }
    }

    private static IEnumerable<System.Text.Json.JsonElement> Ledger(List<StoredEvent> stored, string kind) => stored
        .Where(e => e.Family == EventFamily.Ledger)
        .Select(e => Body(e))
        .Where(entry => entry.GetProperty("kind").GetString() == kind);

    private long FilesBytes() => FileBytes("") + FileBytes("-wal") + FileBytes("-shm");

    private long FileBytes(string suffix) => new FileInfo(test.Options.Path + suffix) is { Exists: true } file ? file.Length : 0;
}
