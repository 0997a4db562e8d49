using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Tests.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Processes;

/// <summary>The executable against a Kafka of its own.</summary>
[Collection(DatabaseCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class CloudTests(Database databases)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Killed_again_and_again_it_ends_with_the_views_of_an_undisturbed_run_on_either_database()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        using var onSqlite = new CloudProcess(kafka.Bootstrap, "one", await databases.New("sqlite"));
        using var onPostgres = new CloudProcess(kafka.Bootstrap, "two", await databases.New("postgres"));
        using var undisturbed = new CloudProcess(kafka.Bootstrap, "three", await databases.New("sqlite"));
        CloudProcess[] disturbed = [onSqlite, onPostgres];
        await onSqlite.Run("topics", "create", "--partitions", "3");
        var records = new Records();
        topics.Send(Some(records, 3_000, 0));

        var kills = TestScale.Pick(1, 2, 40);
        for (var i = 1; i <= kills; i++)
        {
            await Task.WhenAll(disturbed.Select(cloud => cloud.Start()));
            topics.Send(Some(records, 2_000, i));
            // Anywhere between the first batch and the last; how far each is when it dies differs from run to run, which is as good.
            await Task.WhenAll(disturbed.Select(async cloud =>
            {
                await Eventually.True(() => Folded(cloud) > i * 500, "some records are folded", Long);
                cloud.Process.Kill();
            }));
        }

        CloudProcess[] all = [.. disturbed, undisturbed];
        await Task.WhenAll(all.Select(cloud => cloud.Start()));
        await Task.WhenAll(all.Select(cloud => Eventually.Equal(3_000 + (kills * 2_000L), () => Folded(cloud), "all is folded", Long)));
        foreach (var cloud in disturbed)
        {
            Assert.Equal(Dump(undisturbed), Dump(cloud));
        }

        Assert.All(all, cloud => Assert.Empty(cloud.Errors));
    }

    [Fact]
    public async Task Published_levels_and_alerts_say_what_the_views_say_and_a_rebuild_gives_the_same_views()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        using var onSqlite = new CloudProcess(kafka.Bootstrap, "one", await databases.New("sqlite"));
        using var onPostgres = new CloudProcess(kafka.Bootstrap, "two", await databases.New("postgres"));
        CloudProcess[] both = [onSqlite, onPostgres];
        await onSqlite.Run("topics", "create", "--partitions", "2");
        topics.Send(Some(new Records(), 3_000, 0));
        topics.SendRaw(Topics.Movements, "dallas/milk", "not json");
        topics.SendRaw(Topics.Temperature, "x/y", """{"gateway":"x","celsius":"warm"}""");
        await Task.WhenAll(both.Select(cloud => cloud.Start()));
        await Task.WhenAll(both.Select(cloud => Eventually.Equal(3_002, () => Folded(cloud), "all is folded", Long)));

        using var http = await onPostgres.SignIn();
        var stock = await http.GetFromJsonAsync<List<JsonElement>>("/api/stock");
        await Eventually.True(
            () =>
            {
                var last = topics.ReadAll(Topics.Levels).GroupBy(record => record.Message.Key).ToDictionary(key => key.Key, key => InventoryLevel.Parse(System.Text.Encoding.UTF8.GetBytes(key.Last().Message.Value)));
                return stock!.All(row => last.GetValueOrDefault($"{row.GetProperty("site")}/{row.GetProperty("sku")}").OnHand == row.GetProperty("onHand").GetInt64());
            },
            "the topic holds the levels of the API", Long);
        var alerts = await http.GetFromJsonAsync<List<JsonElement>>("/api/alerts");
        Assert.Contains(alerts!, alert => alert.GetProperty("kind").GetString() == "excursion");
        Assert.Equal(
            alerts!.Select(alert => alert.GetProperty("id").GetString()).Order(StringComparer.Ordinal),
            topics.ReadAll(Topics.Alerts).Select(record => record.Message.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        await Eventually.Equal(4, () => topics.ReadAll(Topics.DeadLetter).Count, "both bad records of both are in dead-letter", Long);
        var (_, listed, _) = await onPostgres.Run("dead-letter", "list", "--topic", Topics.Movements);
        Assert.All(listed.Split('\n'), line => Assert.Contains("not json", line, StringComparison.Ordinal));

        await Task.WhenAll(both.Select(async cloud =>
        {
            var before = Dump(cloud);
            var (exitCode, output, errors) = await cloud.Run("rebuild");
            Assert.True(exitCode == 0, output + errors);
            Assert.Equal(before, Dump(cloud));
        }));
        topics.Send(Some(new Records { Gateway = "truck-2" }, 500, 9));
        await Task.WhenAll(both.Select(cloud => Eventually.Equal(3_502, () => Folded(cloud), "the running instance goes on from the rebuilt views", Long)));
        Assert.All(both, cloud => Assert.Empty(cloud.Errors));
    }

    [Fact]
    public async Task What_could_not_be_read_is_listed_with_its_reason_and_counts_once_however_often_it_is_replayed()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        using var cloud = new CloudProcess(kafka.Bootstrap, "g", await databases.New("sqlite"));
        await cloud.Run("topics", "create", "--partitions", "2");
        var records = new Records();
        var (first, refused, last) = (records.Temperature(0, 4), records.Temperature(1, 12), records.Temperature(2, 5));
        topics.Send([first, last, records.Movement(0, MovementKind.Received, 30), records.Status(3)]);
        // Two that an older program could not read and this one can, and one that nobody can.
        topics.SendDeadLetter(refused);
        topics.SendDeadLetter(records.Movement(1, MovementKind.Shipped, 4));
        topics.SendRaw(Topics.Movements, "dallas/milk", "not json");
        await cloud.Start();
        await Eventually.Equal(3, () => topics.ReadAll(Topics.DeadLetter).Count, "all three wait", Long);

        var (_, listed, _) = await cloud.Run("dead-letter", "list");
        Assert.Equal(
            ["kind is unknown", "kind is unknown", "the value is not JSON"],
            listed.Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("error").GetString()!.Split(':')[0]).Order(StringComparer.Ordinal));
        using var http = await cloud.SignIn();
        var metrics = await http.GetStringAsync("/metrics");
        Assert.Equal((1, 5), (Metrics.Of(metrics, "edge_cloud_dead_letters_total"), Metrics.Of(metrics, "edge_cloud_records_total")));
        Assert.True(Metrics.Of(metrics, "edge_cloud_record_age_seconds_count") > 0, metrics);
        await Eventually.Equal("""[{"store":"s1","from":2,"to":2}]""", () => Missing(http), "the gateway misses what could not be read", Long);

        var (_, replayed, errors) = await cloud.Run("dead-letter", "replay");
        Assert.True(replayed == "2 records sent again, 1 still wait", replayed + errors);
        await Eventually.Equal("[]", () => Missing(http), "nothing is missing", Long);
        var readings = await http.GetFromJsonAsync<List<JsonElement>>($"/api/devices/truck-1/probe-1/readings?from={Timestamp.Format(Records.At(0))}&to={Timestamp.Format(Records.At(9))}");
        Assert.Equal([4, 12, 5], readings!.Select(reading => reading.GetProperty("celsius").GetDouble()));
        await Eventually.Equal(26, () => OnHand(http), "the movement counts", Long);

        Assert.Equal("0 records sent again, 1 still wait", (await cloud.Run("dead-letter", "replay")).Output);
        topics.Send([refused, last]);
        await Eventually.Equal(9, () => Folded(cloud), "what came again is read", Long);
        Assert.Equal(26, OnHand(http));
        Assert.Equal(3, (await http.GetFromJsonAsync<List<JsonElement>>($"/api/devices/truck-1/probe-1/readings?from={Timestamp.Format(Records.At(0))}&to={Timestamp.Format(Records.At(9))}"))!.Count);
        Assert.Contains("not json", (await cloud.Run("dead-letter", "list", "--topic", Topics.Movements)).Output, StringComparison.Ordinal);
        Assert.Empty((await cloud.Run("dead-letter", "list", "--topic", Topics.Temperature)).Output);
        Assert.Empty(cloud.Errors);
    }

    [Fact]
    public async Task Two_instances_share_the_work_and_one_may_go()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        var database = await databases.New("postgres");
        using var one = new CloudProcess(kafka.Bootstrap, "g", database);
        using var two = new CloudProcess(kafka.Bootstrap, "g", database);
        using var alone = new CloudProcess(kafka.Bootstrap, "alone", await databases.New("postgres"));
        await one.Run("topics", "create", "--partitions", "4");
        var records = new Records();
        await one.Start();
        topics.Send(Some(records, 2_000, 0));
        await two.Start();
        topics.Send(Some(records, 2_000, 1));
        await Eventually.True(() => Folded(one) > 2_500, "the work goes on", Long);
        one.Process.Kill();
        topics.Send(Some(records, 1_000, 2));
        await Eventually.Equal(5_000, () => Folded(two), "the other one does the rest", Long);
        await alone.Start();
        await Eventually.Equal(5_000, () => Folded(alone), "one alone does all", Long);
        Assert.Equal(Dump(alone), Dump(two));
        Assert.Empty(two.Errors);
    }

    [Fact]
    public async Task A_broker_that_goes_away_and_comes_back_costs_nothing()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        using var cloud = new CloudProcess(kafka.Bootstrap, "g", await databases.New("sqlite"));
        await cloud.Run("topics", "create", "--partitions", "2");
        var records = new Records();
        await cloud.Start();
        topics.Send(Some(records, 500, 0));
        await Eventually.Equal(500, () => Folded(cloud), "the first are folded", Long);
        kafka.BeginOutage();
        using var http = await cloud.SignIn();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz")).StatusCode);
        await kafka.EndOutage();
        topics.Send(Some(records, 500, 1));
        await Eventually.Equal(1_000, () => Folded(cloud), "the rest is folded", Long);
        Assert.Empty(cloud.Errors);
    }

    // Warm spells, tags, heartbeats and movements, each topic in the order of its numbers.
    private static List<object> Some(Records records, int count, int part) => Enumerable.Range(0, count).Select(object (i) =>
    {
        var minute = (part * 10_000) + i;
        return (i % 10) switch
        {
            0 => records.Tag(minute, i % 200, i % 3 == 0 ? "shipping" : "receiving"),
            1 or 2 or 3 => records.Movement(minute, i % 4 == 0 ? MovementKind.Shipped : MovementKind.Received, 1 + (i % 7), $"{records.Gateway}-{part}-{i}", sku: $"sku-{i % 25}"),
            _ => records.Temperature(minute, i / 100 % 4 == 1 ? 9.5 : 4, $"probe-{i % 6}"),
        };
    }).ToList();

    private static string Missing(HttpClient http) => Ask(http, "/api/gateways")[0].GetProperty("missing").GetRawText();

    private static long OnHand(HttpClient http) => Ask(http, "/api/stock")[0].GetProperty("onHand").GetInt64();

    private static JsonElement Ask(HttpClient http, string path) => http.GetFromJsonAsync<JsonElement>(path).GetAwaiter().GetResult();

    private static long Folded(CloudProcess cloud) => Query(cloud, store =>
    {
        using var connection = store.OpenReader();
        return connection.Command("SELECT COALESCE(SUM(next_offset), 0) FROM consumed").Rows(row => Convert.ToInt64(row.GetValue(0)))[0];
    });

    private static List<string> Dump(CloudProcess cloud) => Query(cloud, store => ViewDump.Of(store).ToList());

    private static T Query<T>(CloudProcess cloud, Func<IStore, T> query)
    {
        using var settings = JsonDocument.Parse(File.ReadAllBytes(cloud.Config));
        var store = Database.Open(settings.RootElement.GetProperty("database").GetString()!);
        try
        {
            return query(store);
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
