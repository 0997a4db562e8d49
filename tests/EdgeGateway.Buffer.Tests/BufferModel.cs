using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using static EdgeGateway.Buffer.Tests.TestBuffer;

namespace EdgeGateway.Buffer.Tests;

/// <summary>
/// A naive twin of the buffer in memory, and what is done to both at random. After every step the buffer has to hold
/// what the twin says, or its ledger has to say why not.
/// </summary>
internal sealed class BufferModel : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Random random;
    private readonly ManualTime time = new();
    private readonly TestBuffer test;
    private readonly SortedDictionary<long, Twin> twins = [];
    private readonly List<(long From, long To)> givenUp = [];
    private EventBuffer buffer;
    private long number;
    private long acknowledged;
    private int boot = 1;
    private long shedBefore;

    public BufferModel(int seed)
    {
        random = new Random(seed);
        test = new TestBuffer(BufferOptions.LeastMaxBytes) { Time = time };
        buffer = test.Open();
    }

    /// <summary>How much was given up, so that a test can see that this was tried as well.</summary>
    public long Shed => shedBefore + buffer.Stats.Shed;

    public async ValueTask DisposeAsync()
    {
        await buffer.DisposeAsync();
        test.Dispose();
    }

    public async Task Step()
    {
        time.Advance(TimeSpan.FromSeconds(random.Next(60)));
        switch (random.Next(12))
        {
            case < 6:
                await Append();
                break;
            case 6 or 7:
                await Acknowledge();
                break;
            case 8:
                await Restart(newBoot: random.Next(3) == 0);
                break;
            case 9:
                time.SetWallClock(time.GetUtcNow().AddMinutes(random.Next(-5000, 5000)));
                break;
            case 10:
                await SetClock();
                break;
            default:
                await DeleteFile();
                break;
        }

        Check();
    }

    private async Task Append()
    {
        var importance = random.Next(10) switch { 0 => Importance.Evidence, < 4 => Importance.RepeatTag, < 7 => Importance.PositionInRange, _ => Importance.TemperatureInRange };
        var clock = (ClockQuality)random.Next(4);
        var events = new List<GatewayEvent>();
        var asList = random.Next(2) == 0;
        for (var count = random.Next(1, asList ? 10 : 40); count > 0; count--)
        {
            // So much that a run comes to the limit of its file.
            var bulk = new byte[random.Next(18_000)];
            random.NextBytes(bulk);
            var observedAt = time.GetUtcNow().AddMilliseconds(-random.Next(3000));
            events.Add(Reading(++number, "probe-" + random.Next(5), observedAt, clock) with { Profile = Convert.ToBase64String(bulk) });
            twins[number] = new Twin(importance, Convert.ToBase64String(bulk))
            {
                ObservedAt = observedAt, Clock = clock, Boot = boot, SinceBoot = observedAt - BootTime(),
            };
        }

        if (asList)
        {
            await buffer.Append(events, importance).WaitAsync(Patience);
        }
        else
        {
            await Task.WhenAll(events.Select(e => buffer.Append(e, importance))).WaitAsync(Patience);
        }
    }

    private async Task Acknowledge()
    {
        var events = new List<StoredEvent>();
        if (buffer.Read(acknowledged, random.Next(1, 60), events) > 0)
        {
            var upTo = events[random.Next(events.Count)].Position;
            foreach (var sent in events.Where(e => e.Position <= upTo && e.Family == EventFamily.Temperature))
            {
                twins.Remove((long)Celsius(sent));
            }

            foreach (var lost in twins.Where(twin => twin.Value.Position <= upTo).Select(twin => twin.Key).ToList())
            {
                twins.Remove(lost);
            }

            await buffer.Acknowledge(upTo);
            acknowledged = upTo;
        }
    }

    private async Task Restart(bool newBoot)
    {
        var store = buffer.Store;
        shedBefore += buffer.Stats.Shed;
        await buffer.DisposeAsync();
        if (newBoot)
        {
            boot++;
            test.Options = test.Options with { BootId = "boot-" + boot };
        }

        buffer = test.Open();
        Assert.Equal(store, buffer.Store);

        // What was shed in front of the oldest event waits for no acknowledgement either: the ledger names it.
        var oldest = new List<StoredEvent>();
        buffer.Read(acknowledged, 1, oldest);
        Assert.InRange(buffer.AcknowledgedPosition, acknowledged, oldest is [var first] ? first.Position - 1 : buffer.LastSeq);
    }

    private async Task SetClock()
    {
        var quality = (ClockQuality)random.Next(1, 4);
        await buffer.SetClock(time.GetUtcNow(), quality);
        foreach (var twin in twins.Values.Where(t => t.Boot == boot && t.Clock == ClockQuality.Unsynced))
        {
            twin.ObservedAt = BootTime() + twin.SinceBoot;
            twin.Clock = quality;
        }
    }

    private async Task DeleteFile()
    {
        File.Delete(test.Options.Path);
        await Eventually.True(() => File.Exists(test.Options.Path), "the file was written anew");
        await Eventually.True(() => ReadAll(buffer, acknowledged) is not null, "the new file can be read");
    }

    private void Check()
    {
        var stored = ReadAll(buffer, acknowledged);
        foreach (var entry in stored.Where(e => e.Family == EventFamily.Ledger).Select(e => Body(e)))
        {
            givenUp.Add((entry.GetProperty("fromSeq").GetInt64(), entry.GetProperty("toSeq").GetInt64()));
        }

        var present = new HashSet<long>();
        foreach (var e in stored.Where(e => e.Family == EventFamily.Temperature))
        {
            var twin = twins[(long)Celsius(e)];
            present.Add((long)Celsius(e));
            twin.Position = e.Position;
            Assert.Equal((twin.Importance, twin.Profile), (e.Importance, Body(e).GetProperty("profile").GetString()));
            Assert.Equal((twin.ObservedAt, twin.Clock), (e.ObservedAt, e.Clock));
        }

        Assert.Equal(present.Order(), stored.Where(e => e.Family == EventFamily.Temperature).Select(e => (long)Celsius(e)));
        Assert.All(twins.Where(twin => !present.Contains(twin.Key)), twin => Assert.NotEqual(Importance.Evidence, twin.Value.Importance));

        var next = acknowledged + 1;
        foreach (var e in stored)
        {
            for (; next < e.Seq; next++)
            {
                Assert.True(givenUp.Any(range => next >= range.From && next <= range.To), $"{next} is neither there nor in the ledger");
            }

            Assert.Equal(next, e.Seq);
            next++;
        }

        Assert.Equal(next - 1, buffer.LastSeq);

        // What was handed out is not shed, so the sender goes back to where it was.
        buffer.Read(acknowledged, 1, []);
    }

    private DateTimeOffset BootTime() => time.GetUtcNow() - time.GetElapsedTime(0);

    private sealed class Twin(Importance importance, string profile)
    {
        public Importance Importance => importance;

        public string Profile => profile;

        public DateTimeOffset ObservedAt { get; set; }

        public ClockQuality Clock { get; set; }

        public required int Boot { get; init; }

        public required TimeSpan SinceBoot { get; init; }

        /// <summary>Known once it was read back.</summary>
        public long? Position { get; set; }
    }
}
