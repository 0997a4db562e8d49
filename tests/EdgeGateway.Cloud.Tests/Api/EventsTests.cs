using System.Net.Http.Json;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Tests.Views;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Tests.Api;

/// <summary>The stream of changes that open pages listen to.</summary>
[Collection(DatabaseCollection.Name)]
public sealed class EventsTests(Database databases)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_change_reaches_every_open_page_within_a_second_and_one_that_comes_again_hears_what_follows()
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        Feed.All(cloud.Store, [new Records().Movement(0, MovementKind.Received, 5)]);
        var id = (await cloud.Get("/api/alerts?state=open"))[0].GetProperty("id").GetString()!;
        using var one = await cloud.Events();
        using (var other = await cloud.Events())
        {
            (await cloud.Http.PostAsJsonAsync($"/api/alerts/{id}/acknowledge", new { note = "ordered" })).EnsureSuccessStatusCode();
            Assert.Equal([id], await one.Next("alerts", Second));
            Assert.Equal([id], await other.Next("alerts", Second));
        }

        using var again = await cloud.Events();
        cloud.Publish(new Changes([], ["dallas/milk"], ["truck-1"]));
        Assert.Equal(["dallas/milk"], await again.Next("stock", Second));
        Assert.Equal(["truck-1"], await again.Next("gateways", Second));
        Assert.Equal(["dallas/milk"], await one.Next("stock", Second));
        cloud.Publish(new Changes([], [], [], IsEverything: true));
        Assert.Empty(await one.Next("alerts", Second));
        Assert.Empty(await one.Next("stock", Second));
        Assert.Empty(await one.Next("gateways", Second));
    }

    [Fact]
    public async Task A_page_that_does_not_read_holds_nothing_up_and_is_told_to_ask_for_everything()
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        using var slow = await cloud.Events();
        const int batches = 20_000;
        for (var i = 0; i < batches; i++)
        {
            cloud.Publish(new Changes([], [$"dallas/sku-{i}", $"austin/sku-{i}"], []));
        }

        var told = new List<string>();
        var asksForAll = false;
        while (!asksForAll)
        {
            var ids = await slow.Next("stock", 10 * Second);
            asksForAll = ids.Count == 0;
            told.AddRange(ids);
        }

        Assert.True(told.Count < 2 * batches, "it was told of all, although it did not read");
        cloud.Publish(new Changes(["the-last"], [], []));
        Assert.Equal(["the-last"], await slow.Next("alerts", 10 * Second));
    }
}
