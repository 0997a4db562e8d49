using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Tests.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Api;

/// <summary>The API over views that were folded directly; no Kafka answers, which must not matter to it.</summary>
[Collection(DatabaseCollection.Name)]
public sealed class ApiTests(Database databases)
{
    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task It_shows_alerts_stock_items_gateways_and_readings(string kind)
    {
        await using var cloud = await RunningCloud.Start(await databases.New(kind));
        var records = new Records();
        Feed.All(cloud.Store,
        [
            .. Enumerable.Range(0, 20).Select(minute => records.Temperature(minute, minute is > 5 and < 15 ? 9 : 4)),
            records.Tag(1, 1, "receiving"), records.Tag(2, 2, "receiving"), records.Tag(3, 2, "shipping"),
            records.Movement(1, MovementKind.Received, 30), records.Movement(2, MovementKind.Reserved, 5, reference: "o", expires: 300),
            records.Movement(9, MovementKind.Shipped, 4), records.Movement(10, MovementKind.Counted, 25, "count"),
            records.Movement(11, MovementKind.Transferred, 3, toSite: "austin", reference: "t"),
            records.Status(21),
        ]);

        var alerts = await cloud.Get("/api/alerts?state=resolved&kind=excursion");
        var id = Assert.Single(alerts.EnumerateArray()).GetProperty("id").GetString()!;
        var alert = await cloud.Get("/api/alerts/" + Uri.EscapeDataString(id));
        Assert.Equal(["opened", "resolved"], alert.GetProperty("audit").EnumerateArray().Select(entry => entry.GetProperty("change").GetString()));
        Assert.Equal(9, alert.GetProperty("peakCelsius").GetDouble());

        var milk = Assert.Single((await cloud.Get("/api/stock?site=dallas&sku=milk")).EnumerateArray());
        Assert.Equal((22, 5, 17), (Long(milk, "onHand"), Long(milk, "reserved"), Long(milk, "available")));
        Assert.Equal(3, Long(Assert.Single((await cloud.Get("/api/stock?site=austin")).EnumerateArray()), "inTransit"));
        var then = Assert.Single((await cloud.Get("/api/stock?sku=milk&at=2026-03-01T00:09:30.000Z")).EnumerateArray());
        Assert.Equal((26, 5), (Long(then, "onHand"), Long(then, "reserved")));
        var facts = await cloud.Get("/api/stock/dallas/milk/facts");
        Assert.Equal(5, facts.GetProperty("facts").GetArrayLength());
        Assert.Equal(-1, Long(Assert.Single(facts.GetProperty("variances").EnumerateArray()), "variance"));

        var item = await cloud.Get("/api/items/urn:epc:id:sgtin:0614141.812345.2");
        Assert.Equal("shipped", item.GetProperty("state").GetString());
        Assert.Equal(2, item.GetProperty("history").GetArrayLength());

        var readings = await cloud.Get("/api/devices/truck-1/probe-1/readings?from=2026-03-01T00:05:00.000Z&to=2026-03-01T00:07:00.000Z");
        Assert.Equal([4, 9, 9], readings.EnumerateArray().Select(reading => reading.GetProperty("celsius").GetDouble()));
        var few = await cloud.Get("/api/devices/truck-1/probe-1/readings?from=2026-03-01T00:00:00.000Z&to=2026-03-02T00:00:00.000Z&points=4");
        Assert.Contains(few.EnumerateArray(), reading => reading.GetProperty("celsius").GetDouble() == 9);

        var gateway = Assert.Single((await cloud.Get("/api/gateways")).EnumerateArray());
        Assert.Equal((23, 0), (Long(gateway, "highestSeq"), gateway.GetProperty("missing").GetArrayLength()));
        Assert.NotEmpty((await cloud.Get("/api/lag")).EnumerateArray());
    }

    [Fact]
    public async Task What_is_missing_is_told_once_it_cannot_be_on_its_way_and_what_was_given_up_with_its_reason()
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        var records = new Records();
        var feed = Feed.New(cloud.Store);
        feed.Add(records.Temperature(0, 4));
        records.Skip(3);
        feed.Add(records.Ledger(1, 2, 4, 3));
        records.Skip(2);
        feed.Add(records.Temperature(2, 4));
        feed.Add(records.Status(3));
        feed.Commit();
        Assert.Empty((await cloud.Get("/api/gateways"))[0].GetProperty("missing").EnumerateArray());

        feed.Now = feed.Now.AddSeconds(1);
        feed.Commit(looksAtClock: true);
        var gateway = (await cloud.Get("/api/gateways"))[0];
        var missing = Assert.Single(gateway.GetProperty("missing").EnumerateArray());
        Assert.Equal((6, 7), (Long(missing, "from"), Long(missing, "to")));
        Assert.Equal("the disk was full", Assert.Single(gateway.GetProperty("ledgered").EnumerateArray()).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task What_a_replaced_buffer_lost_is_told_of_the_store_that_numbered_it()
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        var records = new Records();
        var feed = Feed.New(cloud.Store);
        feed.Add(records.Temperature(0, 4));
        records.Skip(2);
        feed.Add(records.Temperature(1, 4));
        var replaced = new Records { Store = "s2" };
        feed.Add(replaced.Ledger(2, 2, 3, 2, "corrupt") with { LostStore = "s1" });
        feed.Add(replaced.Status(3));
        feed.Commit();
        feed.Now = feed.Now.AddSeconds(1);
        feed.Commit(looksAtClock: true);

        var gateway = (await cloud.Get("/api/gateways"))[0];
        Assert.Empty(gateway.GetProperty("missing").EnumerateArray());
        Assert.Equal("s1", Assert.Single(gateway.GetProperty("ledgered").EnumerateArray()).GetProperty("store").GetString());
    }

    [Fact]
    public async Task An_alert_is_acknowledged_by_the_user_who_is_signed_in_and_can_still_be_resolved()
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        var records = new Records();
        var feed = Feed.New(cloud.Store);
        feed.Add(records.Movement(0, MovementKind.Received, 5));
        feed.Commit();
        var id = (await cloud.Get("/api/alerts?state=open"))[0].GetProperty("id").GetString()!;
        using (var answer = await cloud.Http.PostAsJsonAsync($"/api/alerts/{id}/acknowledge", new { note = "ordered" }))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        feed.Add(records.Movement(1, MovementKind.Received, 50));
        feed.Commit();
        var alert = await cloud.Get("/api/alerts/" + id);
        Assert.Equal(("resolved", "operator", "ordered"), (alert.GetProperty("state").GetString(), alert.GetProperty("acknowledgedBy").GetString(), alert.GetProperty("note").GetString()));
        Assert.Equal(
            ["edge-cloud opened  open", "operator acknowledged open acknowledged", "edge-cloud resolved acknowledged resolved"],
            alert.GetProperty("audit").EnumerateArray().Select(entry => $"{entry.GetProperty("by")} {entry.GetProperty("change")} {entry.GetProperty("old")} {entry.GetProperty("new")}"));
        using var again = await cloud.Http.PostAsJsonAsync($"/api/alerts/{id}/acknowledge", new { note = "again" });
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Theory]
    [InlineData("/api/alerts?state=wrong", HttpStatusCode.BadRequest)]
    [InlineData("/api/alerts/nobody/knows/this", HttpStatusCode.NotFound)]
    [InlineData("/api/stock?at=yesterday", HttpStatusCode.BadRequest)]
    [InlineData("/api/items/raw:00", HttpStatusCode.NotFound)]
    [InlineData("/api/devices/a/b/readings?from=noon", HttpStatusCode.BadRequest)]
    [InlineData("/api/devices/a/b/readings?points=1", HttpStatusCode.BadRequest)]
    public async Task A_wrong_request_is_refused_with_what_is_wrong(string path, HttpStatusCode expected)
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        using var answer = await cloud.Http.GetAsync(path);
        Assert.Equal(expected, answer.StatusCode);
        Assert.NotEmpty((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task Only_health_and_metrics_are_open()
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        using var stranger = new HttpClient { BaseAddress = cloud.Http.BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/alerts")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/events")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/healthz")).StatusCode);
        Assert.Contains("edge_cloud_duplicates_total", await stranger.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private static long Long(JsonElement json, string name) => json.GetProperty(name).GetInt64();
}
