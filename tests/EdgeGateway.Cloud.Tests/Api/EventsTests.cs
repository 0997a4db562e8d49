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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_change_reaches_every_open_page_and_one_that_comes_again_hears_what_follows()
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        Feed.All(cloud.Store, [new Records().Movement(0, MovementKind.Received, 5)]);
        var id = (await cloud.Get("/api/alerts?state=open"))[0].GetProperty("id").GetString()!;
        using var one = await cloud.Events();
        using (var other = await cloud.Events())
        {
            (await cloud.Http.PostAsJsonAsync($"/api/alerts/{id}/acknowledge", new { note = "ordered" })).EnsureSuccessStatusCode();
            Assert.Equal([id], await one.Next("alerts", Patience));
            Assert.Equal([id], await other.Next("alerts", Patience));
        }

        using var again = await cloud.Events();
        cloud.Publish(new Changes([], ["dallas/milk"], ["truck-1"]));
        Assert.Equal(["dallas/milk"], await again.Next("stock", Patience));
        Assert.Equal(["truck-1"], await again.Next("gateways", Patience));
        Assert.Equal(["dallas/milk"], await one.Next("stock", Patience));
        cloud.Publish(new Changes([], [], [], IsEverything: true));
        Assert.Empty(await one.Next("alerts", Patience));
        Assert.Empty(await one.Next("stock", Patience));
        Assert.Empty(await one.Next("gateways", Patience));
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
            var ids = await slow.Next("stock", Patience);
            asksForAll = ids.Count == 0;
            told.AddRange(ids);
        }

        Assert.True(told.Count < 2 * batches, "it was told of all, although it did not read");
        cloud.Publish(new Changes(["the-last"], [], []));
        Assert.Equal(["the-last"], await slow.Next("alerts", Patience));
    }
}
