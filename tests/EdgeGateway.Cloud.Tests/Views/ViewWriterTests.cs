using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeGateway.Cloud.Tests.Views;

[Collection(DatabaseCollection.Name)]
public sealed class ViewWriterTests(Database databases)
{
    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Views_are_the_same_however_the_records_are_cut_into_batches_and_repeated(string kind)
    {
        var records = Mixed(TestScale.Pick(300, 1_000, 10_000));
        await using var whole = await databases.NewStore(kind);
        Feed.All(whole, records);
        var expected = ViewDump.Of(whole).Where(line => !IsProgress(line)).ToList();
        Assert.Contains(expected, line => line.StartsWith("alert|truck-1/probe-1/excursion", StringComparison.Ordinal));
        foreach (var batchSize in new[] { 7, 333 })
        {
            await using var cut = await databases.NewStore(kind);
            // Each batch of a repeated topic comes again as a producer's retry or a replay would bring it.
            Feed.All(cut, records.Chunk(50).SelectMany(chunk => chunk.Concat(chunk)), batchSize);
            Assert.Equal(expected, ViewDump.Of(cut).Where(line => !IsProgress(line)));
        }
    }

    [Fact]
    public async Task Topics_in_any_interleaving_give_the_same_views()
    {
        var records = Mixed(400);
        await using var reference = await databases.NewStore("sqlite");
        Feed.All(reference, records);
        var expected = ViewDump.Of(reference);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            using var store = new Disposable(databases.NewStore("sqlite").GetAwaiter().GetResult());
            Feed.All(store.Store, Interleave(records, new Random(seed)), 100);
            Assert.Equal(expected, ViewDump.Of(store.Store));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Who_lost_a_partition_cannot_write_what_the_next_owner_wrote(string kind)
    {
        await using var store = await databases.NewStore(kind);
        var records = new Records();
        var first = Feed.New(store);
        first.Add(records.Movement(0, MovementKind.Received, 5));
        first.Commit();
        var next = new ViewWriter(store, Feed.Settings, TimeProvider.System);
        var batch = new Batch { At = 1 };
        Feed.Add(batch, records.Movement(1, MovementKind.Received, 7), new Partition(Topics.Movements, 0, 1), offset: 1, recordAt: 1);
        var filter = new MovementFilter();
        using (var transaction = store.BeginShort())
        {
            filter.Load(transaction, [0]);
        }

        filter.Mark(batch.Movements);
        next.Apply(batch, looksAtClock: false);

        first.Add(records.Movement(1, MovementKind.Received, 7, "other"));
        Assert.Throws<FencedException>(() => first.Commit());
        Assert.Equal(12, first.Query("SELECT on_hand FROM levels", row => row.GetInt64(0))[0]);
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Pages_hear_at_the_next_look_that_another_instance_changed_something(string kind)
    {
        await using var store = await databases.NewStore(kind);
        var records = new Records();
        var here = Feed.New(store);
        here.Add(records.Movement(0, MovementKind.Received, 5));
        here.Commit();
        here.Add(records.Movement(1, MovementKind.Received, 5));
        Assert.False(here.Commit().IsEverything);
        Assert.True(here.Commit(looksAtClock: true).IsNothing);

        var elsewhere = new ViewWriter(store, Feed.Settings, TimeProvider.System);
        var batch = new Batch { At = 1 };
        batch.Add(records.Status(0), new Partition(Topics.Status, 0, null), offset: 0, recordAt: 1);
        elsewhere.Apply(batch, looksAtClock: false);
        Assert.True(here.Commit(looksAtClock: true).IsEverything);
        Assert.True(here.Commit(looksAtClock: true).IsNothing);
    }

    [Fact]
    public async Task Silence_is_judged_only_when_everything_up_to_the_heartbeat_is_here()
    {
        await using var store = await databases.NewStore("sqlite");
        var records = new Records();
        var feed = Feed.New(store);
        feed.Add(records.Temperature(0, 4));
        var late = records.Temperature(10, 4);
        feed.Add(records.Status(20));
        feed.Commit();
        Assert.Empty(Alerts(feed));

        feed.Add(late);
        feed.Commit();
        Assert.Empty(Alerts(feed));

        feed.Add(records.Status(26));
        feed.Commit();
        Assert.Equal(
            [Records.At(25).ToUnixTimeMilliseconds()],
            feed.Query("SELECT opened_at FROM alerts WHERE kind = 'silent'", row => row.GetInt64(0)));
    }

    [Fact]
    public async Task A_buffered_backlog_is_no_silence()
    {
        await using var store = await databases.NewStore("sqlite");
        var records = new Records();
        var feed = Feed.New(store);
        feed.Add(records.Temperature(0, 4));
        var buffered = records.Temperature(10, 4);
        feed.Add(records.Status(60, buffered: 1, oldestMinute: 10));
        feed.Commit();
        Assert.Empty(Alerts(feed));
        feed.Add(buffered);
        feed.Commit();
        Assert.Empty(Alerts(feed));
    }

    [Fact]
    public async Task A_gateway_that_falls_silent_is_lost_from_its_last_heartbeat_on_whoever_notices()
    {
        var records = new Records();
        var (before, after) = (records.Status(0), records.Status(30));
        await using var live = await databases.NewStore("sqlite");
        var watched = Feed.New(live);
        watched.Add(before);
        watched.Commit();
        watched.Now = Records.At(10);
        watched.Commit(looksAtClock: true);
        Assert.Single(Alerts(watched));
        watched.Add(after);
        watched.Commit();

        await using var replay = await databases.NewStore("sqlite");
        Feed.All(replay, [before, after]);
        Assert.Equal(
            ViewDump.Of(replay).Where(line => line.StartsWith("alert|", StringComparison.Ordinal)),
            ViewDump.Of(live).Where(line => line.StartsWith("alert|", StringComparison.Ordinal)));
        Assert.Equal("resolved", watched.Query("SELECT state FROM alerts", row => row.GetString(0))[0]);
    }

    [Fact]
    public async Task What_a_gateway_gave_up_opens_one_alert_a_day_and_kind()
    {
        await using var store = await databases.NewStore("sqlite");
        var records = new Records();
        var feed = Feed.New(store);
        records.Skip(10);
        feed.Add(records.Ledger(1, 1, 5, 5));
        feed.Add(records.Ledger(2, 6, 10, 5));
        feed.Add(records.Ledger(3, 1, 2, 2, "thinned"));
        feed.Commit();
        Assert.Equal("data-lost", feed.Query("SELECT kind FROM alerts", row => row.GetString(0)).Single());
        Assert.Equal(3, feed.Query("SELECT seq FROM ledger", row => row.GetInt64(0)).Count);
    }

    private static List<string> Alerts(Feed feed) => feed.Query("SELECT id FROM alerts", row => row.GetString(0));

    private static bool IsProgress(string line) => line.StartsWith("consumed|", StringComparison.Ordinal);

    private static List<object> Mixed(int count)
    {
        var records = new Records();
        var random = new Random(7);
        var all = new List<object>();
        for (var i = 0; i < count; i++)
        {
            all.Add(random.Next(10) switch
            {
                0 => records.Tag(i, random.Next(30), random.Next(3) == 0 ? "shipping" : "receiving"),
                1 => records.Status(i),
                2 => records.Movement(i, MovementKind.Reserved, 1 + random.Next(5), reference: $"o{i % 20}", expires: i + 30),
                3 => records.Movement(i, MovementKind.Released, 1, reference: $"o{i % 20}"),
                4 => records.Movement(i - random.Next(40), MovementKind.Shipped, 1 + random.Next(3)),
                5 => records.Movement(i - random.Next(40), random.Next(8) == 0 ? MovementKind.Counted : MovementKind.Received, 2 + random.Next(5)),
                _ => records.Temperature(i, 4 + (i / 20 % 5 == 0 ? 6 : 0)),
            });
        }

        return all;
    }

    // Any order in which every topic keeps its own, as the partitions of a replay are read.
    private static List<object> Interleave(List<object> records, Random random)
    {
        var topics = records.GroupBy(record => record.GetType()).Select(topic => new Queue<object>(topic)).ToList();
        var mixed = new List<object>();
        while (topics.Count > 0)
        {
            var topic = topics[random.Next(topics.Count)];
            mixed.Add(topic.Dequeue());
            if (topic.Count == 0)
            {
                topics.Remove(topic);
            }
        }

        return mixed;
    }

    private sealed record Disposable(IStore Store) : IDisposable
    {
        public void Dispose() => Store.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
