using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Tests.Views;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Api;

/// <summary>What is scraped from <c>/metrics</c>.</summary>
[Collection(DatabaseCollection.Name)]
public sealed class MetricsTests(Database databases)
{
    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Lag_and_the_completeness_of_each_gateway_are_measured(string kind)
    {
        await using var cloud = await RunningCloud.Start(await databases.New(kind));
        var records = new Records();
        var feed = Feed.New(cloud.Store);
        feed.Add(records.Temperature(0, 4));
        records.Skip(3);
        feed.Add(records.Temperature(1, 4));
        feed.Add(records.Status(2, buffered: 2, oldestMinute: 2) with { LastSeq = 7 });
        feed.Commit();
        feed.Now = feed.Now.AddSeconds(1);
        feed.Commit(looksAtClock: true);
        using (var transaction = cloud.Store.BeginShort())
        {
            var hourAgo = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();
            transaction.Command($"UPDATE consumed SET high_offset = next_offset + 40, record_at = {hourAgo} WHERE topic = 'gateway.temperature'").Run();
            transaction.Commit();
        }

        await Eventually.True(async () => await cloud.Metric("""edge_cloud_gateway_missing_events{gateway="truck-1"}""") == 3, "the missing numbers are counted");
        Assert.Equal(3, await cloud.Metric("edge_cloud_missing_events"));
        Assert.Equal(5, await cloud.Metric("""edge_cloud_gateway_highest_seq{gateway="truck-1"}"""));
        Assert.Equal(2, await cloud.Metric("""edge_cloud_gateway_buffered_events{gateway="truck-1"}"""));
        Assert.Equal((1, 0), (await cloud.Metric("edge_cloud_gateways"), await cloud.Metric("edge_cloud_gateways_lost")));
        Assert.Equal(40, await cloud.Metric("""edge_cloud_lag_records{topic="gateway.temperature",partition="0"}"""));
        Assert.InRange(await cloud.Metric("""edge_cloud_lag_seconds{topic="gateway.temperature",partition="0"}"""), 3_600, 3_700);
        Assert.Equal(0, await cloud.Metric("""edge_cloud_lag_records{topic="gateway.status",partition="0"}"""));
    }

    [Fact]
    public async Task However_many_gateways_there_are_only_the_worst_have_series_of_their_own()
    {
        await using var cloud = await RunningCloud.Start(await databases.New("sqlite"));
        const int fleet = 300;
        var feed = Feed.New(cloud.Store);
        for (var i = 0; i < fleet; i++)
        {
            var records = new Records { Gateway = $"truck-{i}" };
            records.Skip(i == fleet - 1 ? 5 : 0);
            feed.Add(records.Temperature(0, 4));
            feed.Add(records.Status(1));
        }

        feed.Commit();
        feed.Now = feed.Now.AddSeconds(1);
        feed.Commit(looksAtClock: true);
        await Eventually.True(async () => await cloud.Metric("edge_cloud_gateways") == fleet, "all gateways are counted");
        var page = await cloud.Http.GetStringAsync("/metrics");
        Assert.Equal(StoreMetrics.MostGateways, page.Split('\n').Count(line => line.StartsWith("edge_cloud_gateway_missing_events{", StringComparison.Ordinal)));
        Assert.Equal(5, Metrics.Of(page, $$"""edge_cloud_gateway_missing_events{gateway="truck-{{fleet - 1}}"}"""));
    }
}
