using System.Text.Json;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Tests.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Tests.Api;

/// <summary>Stock as it was, and why, through the API.</summary>
[Collection(DatabaseCollection.Name)]
public sealed class StockApiTests(Database databases)
{
    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Stock_is_told_as_it_was_at_any_time_whenever_its_facts_came(string kind)
    {
        await using var cloud = await RunningCloud.Start(await databases.New(kind));
        var (dallas, austin) = (new Records(), new Records { Site = "austin" });
        Feed.All(cloud.Store,
        [
            dallas.Movement(0, MovementKind.Received, 50),
            dallas.Movement(10, MovementKind.Reserved, 5, reference: "cart", expires: 30),
            dallas.Movement(20, MovementKind.Transferred, 8, toSite: "austin", reference: "truck"),
            dallas.Movement(40, MovementKind.Damaged, 1),
            austin.Movement(60, MovementKind.Received, 6, reference: "truck"),
            austin.Movement(70, MovementKind.Received, 2, reference: "truck"),
            // Days after the fact.
            dallas.Movement(5, MovementKind.Shipped, 10),
        ]);

        Assert.Equal("dallas 50 0", await At(cloud, 1));
        Assert.Equal("dallas 40 0", await At(cloud, 5));
        Assert.Equal("dallas 40 5", await At(cloud, 10));
        Assert.Equal("austin 0 0 +8, dallas 32 5", await At(cloud, 29));
        Assert.Equal("austin 0 0 +8, dallas 32 0", await At(cloud, 30));
        Assert.Equal("austin 6 0 +2, dallas 31 0", await At(cloud, 65));
        Assert.Equal("austin 8 0, dallas 31 0", await At(cloud, 80));
        Assert.Equal("austin 8 0, dallas 31 0", Line(await cloud.Get("/api/stock?sku=milk")));
    }

    [Fact]
    public async Task The_facts_behind_a_number_add_up_to_it_and_counts_say_what_they_found()
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        var records = new Records();
        Feed.All(cloud.Store,
        [
            records.Movement(0, MovementKind.Received, 50) with { By = "operator", Channel = "dock", Reference = "po-1" },
            records.Movement(10, MovementKind.Shipped, 20),
            records.Movement(20, MovementKind.Counted, 28, "count") with { By = "stock-taker", Reason = "cycle count" },
            records.Movement(30, MovementKind.Returned, 3) with { Reason = "unopened" },
        ]);

        var facts = (await cloud.Get("/api/stock/dallas/milk/facts")).GetProperty("facts").EnumerateArray().ToList();
        Assert.Equal(["returned", "counted", "shipped", "received"], facts.Select(fact => fact.GetProperty("kind").GetString()));
        Assert.Equal(31, 28 + facts[0].GetProperty("change").GetInt64());
        Assert.Equal(("operator", "dock", "po-1"), (Text(facts[3], "by"), Text(facts[3], "channel"), Text(facts[3], "reference")));
        var variance = Assert.Single((await cloud.Get("/api/stock/dallas/milk/facts")).GetProperty("variances").EnumerateArray());
        Assert.Equal((28, 30, -2), (variance.GetProperty("counted").GetInt64(), variance.GetProperty("expected").GetInt64(), variance.GetProperty("variance").GetInt64()));
        Assert.Equal(("stock-taker", "cycle count"), (Text(variance, "by"), Text(variance, "reason")));
        var earlier = (await cloud.Get($"/api/stock/dallas/milk/facts?at={Timestamp.Format(Records.At(10))}")).GetProperty("facts");
        Assert.Equal(["shipped", "received"], earlier.EnumerateArray().Select(fact => fact.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task An_items_history_names_each_place_in_the_order_of_time()
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        var (shelf, portal) = (new Records { Gateway = "shelf" }, new Records { Gateway = "portal" });
        Feed.All(cloud.Store, [shelf.Tag(1, 1, "receiving"), shelf.Tag(30, 1, "shelf", TagChange.Departed), portal.Tag(20, 1, "shipping")]);

        var item = await cloud.Get("/api/items/urn:epc:id:sgtin:0614141.812345.1");
        Assert.Equal(("shipped", false), (Text(item, "state"), item.GetProperty("inStock").GetBoolean()));
        Assert.Equal(
            ["receiving arrived shelf", "shipping arrived portal", "shelf departed shelf"],
            item.GetProperty("history").EnumerateArray().Select(sighting => $"{Text(sighting, "passage")} {Text(sighting, "change")} {Text(sighting, "gateway")}"));
    }

    private static async Task<string> At(RunningCloud cloud, double minute)
    {
        var rows = await cloud.Get($"/api/stock?sku=milk&at={Timestamp.Format(Records.At(minute))}");
        return Line(rows);
    }

    // Sites that had something, or something on the way.
    private static string Line(JsonElement rows) => string.Join(", ", rows.EnumerateArray()
        .Where(row => row.GetProperty("onHand").GetInt64() + row.GetProperty("inTransit").GetInt64() != 0)
        .Select(row => $"{Text(row, "site")} {row.GetProperty("onHand")} {row.GetProperty("reserved")}" + (row.GetProperty("inTransit").GetInt64() is var way and > 0 ? $" +{way}" : "")));

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
