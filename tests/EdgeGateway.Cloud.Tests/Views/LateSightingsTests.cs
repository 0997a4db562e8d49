using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Views;

[Collection(DatabaseCollection.Name)]
public sealed class LateSightingsTests(Database databases)
{
    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task A_portal_that_was_cut_off_ships_an_item_although_the_shelf_has_lost_sight_of_it_since(string kind)
    {
        await using var store = await databases.NewStore(kind);
        var feed = Feed.New(store);
        var (shelf, portal) = (new Records { Gateway = "shelf" }, new Records { Gateway = "portal" });
        feed.Add(shelf.Tag(1, 1, "receiving"));
        feed.Add(shelf.Tag(30, 1, "shelf", TagChange.Departed));
        feed.Commit();
        Assert.Equal(1, OnHand(feed));

        feed.Add(portal.Tag(20, 1, "shipping"));
        feed.Commit();
        Assert.Equal(0, OnHand(feed));
        Assert.Equal(("shipped", "departed"), feed.Query("SELECT state, change FROM items", row => (row.GetString(0), row.GetString(1))).Single());
        Assert.Equal((1, 0), (OnHandAt(feed, 19), OnHandAt(feed, 20)));
        Assert.Contains("came late", Facts(feed)[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_an_item_was_in_between_is_told_once_the_late_sighting_is_here()
    {
        await using var store = await databases.NewStore("sqlite");
        var feed = Feed.New(store);
        var (dallas, austin) = (new Records { Gateway = "d" }, new Records { Gateway = "a", Site = "austin" });
        feed.Add(dallas.Tag(1, 1, "receiving"));
        feed.Add(dallas.Tag(30, 1, "receiving"));
        feed.Commit();
        feed.Add(austin.Tag(10, 1, "receiving"));
        feed.Commit();
        Assert.Equal([(0, 1), (1, 0), (1, 0), (0, 1)], new[] { 5, 10, 29, 30 }.Select(minute => (OnHandAt(feed, minute, "austin"), OnHandAt(feed, minute))));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task In_whatever_order_gateways_are_heard_items_and_stock_are_those_of_the_order_in_time()
    {
        var count = TestScale.Pick(3, 12, 300);
        for (var seed = 1; seed <= count; seed++)
        {
            var random = new Random(seed);
            var events = Sightings(random);
            var expected = await Fold(events, int.MaxValue);
            var late = await Fold(Delay(events, random), 1 + random.Next(30));
            Assert.True(expected.SequenceEqual(late), $"seed {seed}:\n{string.Join('\n', expected.Except(late))}\ninstead of\n{string.Join('\n', late.Except(expected))}");
        }
    }

    private async Task<List<string>> Fold(IEnumerable<object> events, int batchSize)
    {
        await using var store = await databases.NewStore("sqlite");
        Feed.All(store, events, batchSize);
        var feed = Feed.New(store);
        return [
            .. ViewDump.Of(store).Where(line => line.StartsWith("item|", StringComparison.Ordinal) || line.StartsWith("variance|", StringComparison.Ordinal)),
            .. feed.Query("SELECT site, on_hand FROM levels ORDER BY site", row => $"{row.GetString(0)} {row.GetInt64(1)}"),
            .. Sites.SelectMany(site => Enumerable.Range(0, 40).Select(step => $"{site} {step * 10} {OnHandAt(feed, step * 10, site)}")),
        ];
    }

    private static readonly string[] Sites = ["dallas", "austin", "waco"];

    // Each site has a portal and a shelf reader; a count now and then.
    private static List<object> Sightings(Random random)
    {
        var gateways = Sites.SelectMany(site => new[] { new Records { Gateway = site + "-portal", Site = site }, new Records { Gateway = site + "-shelf", Site = site } }).ToList();
        var events = new List<object>();
        for (var minute = 0; minute < 400; minute++)
        {
            var gateway = gateways[random.Next(gateways.Count)];
            var change = random.Next(4) == 0 ? TagChange.Departed : TagChange.Arrived;
            var passage = gateway.Gateway.EndsWith("shelf", StringComparison.Ordinal) ? "shelf" : random.Next(2) == 0 ? "receiving" : "shipping";
            events.Add(random.Next(60) == 0
                ? gateway.Movement(minute, MovementKind.Counted, random.Next(5), $"count-{minute}", sku: "80614141123458")
                : gateway.Tag(minute, random.Next(6), passage, change));
        }

        return events;
    }

    // A gateway keeps its own order and is cut off from time to time; counts come as they are made.
    private static List<object> Delay(List<object> events, Random random)
    {
        var clear = new Dictionary<string, double>();
        return events.Select((record, i) =>
        {
            if (record is not TagEvent e)
            {
                return (record, At: i + 0.5);
            }

            var at = Math.Max(clear.GetValueOrDefault(e.Gateway, i), i);
            clear[e.Gateway] = random.Next(25) == 0 ? at + random.Next(150) : at;
            return (record, At: clear[e.Gateway]);
        }).OrderBy(one => one.At).Select(one => one.record).ToList();
    }

    private static long OnHand(Feed feed) => feed.Query("SELECT on_hand FROM levels WHERE site = 'dallas'", row => row.GetInt64(0)).Single();

    private static long OnHandAt(Feed feed, double minute, string site = "dallas") => StoredMovement.OnHandAt(Facts(feed, site), Records.At(minute).ToUnixTimeMilliseconds());

    private static List<StoredMovement> Facts(Feed feed, string site = "dallas") =>
        feed.Query($"SELECT chunk FROM movements WHERE series LIKE '{site}/%' ORDER BY id", row => row.GetFieldValue<byte[]>(0)).SelectMany(MovementSeries.Read).ToList();
}
