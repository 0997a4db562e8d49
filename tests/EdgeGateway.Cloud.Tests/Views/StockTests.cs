using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeGateway.Cloud.Tests.Views;

[Collection(DatabaseCollection.Name)]
public sealed class StockTests(Database databases)
{
    private readonly Records records = new();

    [Fact]
    public async Task Every_kind_of_movement_changes_stock_as_its_name_says()
    {
        await Expect(
            (100, 0, [records.Movement(0, MovementKind.Received, 100)]),
            (93, 0, [records.Movement(1, MovementKind.Shipped, 7)]),
            (95, 0, [records.Movement(2, MovementKind.Returned, 2)]),
            (94, 0, [records.Movement(3, MovementKind.Damaged, 1)]),
            (84, 0, [records.Movement(4, MovementKind.Transferred, 10, toSite: "austin")]),
            (84, 20, [records.Movement(5, MovementKind.Reserved, 20, reference: "o1")]),
            (84, 15, [records.Movement(6, MovementKind.Released, 5, reference: "o1")]),
            (69, 0, [records.Movement(7, MovementKind.Shipped, 15, reference: "o1")]),
            (71, 0, [records.Movement(8, MovementKind.Counted, 71)]));
    }

    [Fact]
    public async Task The_same_id_within_seven_days_changes_nothing_and_later_is_another_fact()
    {
        await Expect(
            (5, 0, [records.Movement(0, MovementKind.Received, 5, "a"), records.Movement(0, MovementKind.Received, 5, "a")]),
            (5, 0, [records.Movement(60 * 24 * 6, MovementKind.Received, 5, "a")]),
            (10, 0, [records.Movement(60 * 24 * 8, MovementKind.Received, 5, "a")]));
    }

    [Fact]
    public async Task Reservations_lapse_as_event_time_passes_their_end_whatever_the_clock_says()
    {
        await Expect(
            (10, 4, [records.Movement(0, MovementKind.Received, 10), records.Movement(1, MovementKind.Reserved, 4, reference: "cart", expires: 30)]),
            (11, 4, [records.Movement(29, MovementKind.Received, 1)]),
            (12, 0, [records.Movement(30, MovementKind.Received, 1)]));
    }

    [Fact]
    public async Task A_late_fact_does_not_change_what_was_counted_after_it_but_what_the_count_should_have_found()
    {
        await using var store = await databases.NewStore("sqlite");
        var feed = Feed.New(store);
        feed.Add(records.Movement(0, MovementKind.Received, 10));
        feed.Add(records.Movement(20, MovementKind.Counted, 8, "count"));
        feed.Commit();
        feed.Add(records.Movement(10, MovementKind.Shipped, 2));
        feed.Commit();
        Assert.Equal((8, 0), Level(feed));
        Assert.Equal((8, 8), feed.Query("SELECT counted, expected FROM variances", row => (row.GetInt64(0), row.GetInt64(1))).Single());
    }

    [Fact]
    public async Task Facts_in_any_order_and_any_batches_give_the_same_stock()
    {
        var facts = new List<InventoryMovement>();
        for (var i = 0; i < 40; i++)
        {
            facts.Add(records.Movement(i, (i % 7) switch { 3 => MovementKind.Counted, 5 => MovementKind.Shipped, 6 => MovementKind.Damaged, _ => MovementKind.Received }, 1 + (i % 9)));
        }

        var expected = await Fold(facts, 1000);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(1, 40).ToArbitrary(), (seed, batchSize) =>
        {
            var shuffled = facts.ToArray();
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(expected, Fold(shuffled, batchSize).GetAwaiter().GetResult());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

        async Task<(long, long, string)> Fold(IEnumerable<InventoryMovement> order, int batchSize)
        {
            await using var store = await databases.NewStore("sqlite");
            Feed.All(store, order, batchSize);
            var feed = Feed.New(store);
            var newest = feed.Query("SELECT counted, expected FROM variances ORDER BY counted_at DESC LIMIT 1", row => $"{row.GetInt64(0)} {row.GetInt64(1)}").Single();
            return (Level(feed).OnHand, Level(feed).Reserved, newest);
        }
    }

    [Fact]
    public async Task Tags_come_in_and_go_out_once_and_an_older_sighting_undoes_nothing()
    {
        await using var store = await databases.NewStore("sqlite");
        var feed = Feed.New(store);
        feed.Add(records.Tag(1, 1, "receiving"));
        feed.Add(records.Tag(2, 2, "receiving"));
        feed.Add(records.Tag(3, 1, "receiving", TagChange.Departed));
        feed.Add(records.Tag(4, 1, "shelf"));
        feed.Commit();
        Assert.Equal((2, 0), Level(feed));
        feed.Add(records.Tag(10, 1, "shipping"));
        feed.Add(records.Tag(5, 1, "shelf"));
        feed.Commit();
        Assert.Equal((1, 0), Level(feed));
        Assert.Equal("shipped", feed.Query("SELECT state FROM items WHERE epc LIKE '%.1'", row => row.GetString(0)).Single());
    }

    [Fact]
    public async Task An_item_received_elsewhere_leaves_where_it_was()
    {
        await using var store = await databases.NewStore("sqlite");
        var feed = Feed.New(store);
        feed.Add(records.Tag(1, 1, "receiving"));
        feed.Commit();
        feed.Add(records.Tag(2, 1, "receiving", site: "austin"));
        feed.Commit();
        Assert.Equal(["austin 1", "dallas 0"], feed.Query("SELECT site, on_hand FROM levels ORDER BY site", row => $"{row.GetString(0)} {row.GetInt64(1)}"));
    }

    [Fact]
    public async Task Low_stock_opens_below_the_threshold_and_ends_only_when_there_is_clearly_enough()
    {
        await using var store = await databases.NewStore("sqlite");
        var feed = Feed.New(store);
        foreach (var (minute, kind, quantity) in new[] { (0, MovementKind.Received, 12), (1, MovementKind.Shipped, 3), (2, MovementKind.Received, 1), (3, MovementKind.Shipped, 1), (4, MovementKind.Received, 2) })
        {
            feed.Add(records.Movement(minute, kind, quantity));
        }

        feed.Commit();
        Assert.Equal(
            [(Records.At(1).ToUnixTimeMilliseconds(), Records.At(4).ToUnixTimeMilliseconds())],
            feed.Query("SELECT opened_at, resolved_at FROM alerts", row => (row.GetInt64(0), row.GetInt64(1))));
    }

    [Fact]
    public async Task Sources_that_feed_one_article_may_be_read_in_any_order_stock_is_the_same_and_an_alert_is_open_when_it_is_low()
    {
        const string gtin = "80614141123458";
        const int threshold = 10;
        var count = TestScale.Pick(3, 8, 200);
        for (var seed = 1; seed <= count; seed++)
        {
            var random = new Random(seed);
            var (one, two, shop) = (new Records { Gateway = "one" }, new Records { Gateway = "two" }, new Records());
            List<Queue<object>> sources =
            [
                new(Enumerable.Range(0, 30).Select(i => one.Tag(i, i / 2, i % 2 == 0 ? "receiving" : random.Next(3) == 0 ? "shelf" : "shipping"))),
                new(Enumerable.Range(0, 30).Select(i => two.Tag(i + 0.5, 100 + (i / 2), i % 2 == 0 ? "receiving" : random.Next(3) == 0 ? "shipping" : "shelf"))),
                new(Enumerable.Range(0, 30).Select(i => shop.Movement(i + 0.2, (MovementKind)random.Next(4), 1 + random.Next(4), sku: gtin, toSite: "austin"))),
                new([one.Status(60), two.Status(60)]),
            ];
            var whole = await Fold(sources.Select(source => new Queue<object>(source)).ToList(), null);
            var mixed = await Fold(sources, random);
            Assert.Equal((seed, whole.OnHand), (seed, mixed.OnHand));
            if (whole.OnHand is < threshold or >= threshold + 1)
            {
                Assert.Equal((seed, whole.OnHand < threshold), (seed, whole.IsLow));
                Assert.Equal((seed, whole.OnHand < threshold), (seed, mixed.IsLow));
            }
        }

        async Task<(long OnHand, bool IsLow)> Fold(List<Queue<object>> sources, Random? random)
        {
            await using var store = await databases.NewStore("sqlite");
            var feed = Feed.New(store, batchSize: 10);
            while (sources.Count > 0)
            {
                var source = sources[random?.Next(sources.Count) ?? 0];
                feed.Add(source.Dequeue());
                if (source.Count == 0)
                {
                    sources.Remove(source);
                }
            }

            feed.Commit();
            feed.Now = feed.Now.AddMinutes(1);
            feed.Commit(looksAtClock: true);
            return (Level(feed).OnHand, feed.Query("SELECT COUNT(*) FROM alerts WHERE kind = 'low-stock' AND state = 'open' AND site = 'dallas'", row => row.GetInt64(0)).Single() == 1);
        }
    }

    private async Task Expect(params (long OnHand, long Reserved, InventoryMovement[] Movements)[] steps)
    {
        await using var store = await databases.NewStore("sqlite");
        var feed = Feed.New(store);
        foreach (var (onHand, reserved, movements) in steps)
        {
            Array.ForEach(movements, feed.Add);
            feed.Commit();
            Assert.Equal((onHand, reserved), Level(feed));
        }
    }

    private static (long OnHand, long Reserved) Level(Feed feed) =>
        feed.Query("SELECT on_hand, reserved FROM levels WHERE site = 'dallas'", row => (row.GetInt64(0), row.GetInt64(1))).Single();
}
