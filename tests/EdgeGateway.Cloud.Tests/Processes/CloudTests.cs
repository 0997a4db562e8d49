using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Tests.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Processes;

/// <summary>The executable against a Kafka of its own.</summary>
[Collection(ProcessCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class CloudTests(Database databases)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Published_levels_and_alerts_say_what_the_views_say_and_a_rebuild_gives_the_same_views()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        using var onSqlite = new CloudProcess(kafka.Bootstrap, "one", await databases.New("sqlite"));
        using var onPostgres = new CloudProcess(kafka.Bootstrap, "two", await databases.New("postgres"));
        CloudProcess[] both = [onSqlite, onPostgres];
        await onSqlite.Run("topics", "create", "--partitions", "2");
        topics.Send(Load.Of(new Records(), 3_000, 0));
        topics.SendRaw(Topics.Movements, "dallas/milk", "not json");
        topics.SendRaw(Topics.Temperature, "x/y", """{"gateway":"x","celsius":"warm"}""");
        await Task.WhenAll(both.Select(cloud => cloud.Start()));
        await Task.WhenAll(both.Select(cloud => Eventually.Equal(3_002, () => cloud.Folded(), "all is folded", Long)));

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
            var before = cloud.Dump();
            cloud.Change("INSERT INTO alerts (id, kind, severity, state, gateway, device, rule, opened_at, detected_at, late) VALUES ('unfounded', 'excursion', 'critical', 'open', 'x', 'y', 'above 8', 7, 7, 0)");
            var (exitCode, output, errors) = await cloud.Run("rebuild");
            Assert.True(exitCode == 0, output + errors);
            // An open alert for which the records give no cause would never resolve.
            Assert.Equal(
                ["alert|unfounded|excursion|critical|resolved|x|y|-|-|-|above 8|7|7|0|-|-", "audit|unfounded|edge-cloud|withdrawn|open|resolved|the views were rebuilt"],
                cloud.Dump().Except(before));
            Assert.Empty(before.Except(cloud.Dump()));
        }));
        await Eventually.True(() => topics.ReadAll(Topics.Alerts).Any(record => record.Message.Key == "unfounded"), "the topic hears of it", Long);
        topics.Send(Load.Of(new Records { Gateway = "truck-2" }, 500, 9));
        await Task.WhenAll(both.Select(cloud => Eventually.Equal(3_502, () => cloud.Folded(), "the running instance goes on from the rebuilt views", Long)));
        Assert.All(both, cloud => Assert.Empty(cloud.Errors));
    }

    [Fact]
    public async Task A_start_that_fails_while_it_already_reads_ends_with_the_reason()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        using var cloud = new CloudProcess(kafka.Bootstrap, "g", await databases.New("sqlite"));
        await cloud.Run("topics", "create", "--partitions", "2");
        topics.Send(Load.Of(new Records(), 3_000, 0));
        using var other = new TcpListener(IPAddress.Loopback, new Uri(cloud.Address).Port);
        other.Start();
        for (var i = 0; i < 3; i++)
        {
            var (exitCode, _, errors) = await cloud.Run("run");
            Assert.True(exitCode == 1, $"{exitCode}: {errors}");
            Assert.Contains("web.listen", errors, StringComparison.Ordinal);
        }
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
        await Eventually.Equal(9, () => cloud.Folded(), "what came again is read", Long);
        Assert.Equal(26, OnHand(http));
        Assert.Equal(3, (await http.GetFromJsonAsync<List<JsonElement>>($"/api/devices/truck-1/probe-1/readings?from={Timestamp.Format(Records.At(0))}&to={Timestamp.Format(Records.At(9))}"))!.Count);
        Assert.Contains("not json", (await cloud.Run("dead-letter", "list", "--topic", Topics.Movements)).Output, StringComparison.Ordinal);
        Assert.Empty((await cloud.Run("dead-letter", "list", "--topic", Topics.Temperature)).Output);
        Assert.Empty(cloud.Errors);
    }

    [RealKafkaFact]
    public async Task Topics_are_made_once_with_their_retention_and_what_differs_is_said_and_left_alone()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        using var cloud = new CloudProcess(kafka.Bootstrap, "g", await databases.New("sqlite"));
        await topics.Create(Topics.Alerts, partitions: 1, new() { ["cleanup.policy"] = "delete" });

        var (_, made, errors) = await cloud.Run("topics", "create", "--partitions", "2", "--replication", "1");
        Assert.True(made.Contains($"{Topics.Movements}: made with 2 partitions", StringComparison.Ordinal), made + errors);
        Assert.Contains($"{Topics.Alerts}: differs: cleanup.policy is delete, planned compact", made, StringComparison.Ordinal);
        Assert.Contains("has 1 partitions, planned 2", made, StringComparison.Ordinal);
        Assert.Equal((2, "compact"), await topics.Describe(Topics.Levels, "cleanup.policy"));
        Assert.Equal((2, $"{(long)TimeSpan.FromDays(400).TotalMilliseconds}"), await topics.Describe(Topics.Movements, "retention.ms"));

        var (exitCode, again, _) = await cloud.Run("topics", "create", "--partitions", "2", "--replication", "3");
        Assert.Equal(0, exitCode);
        Assert.Contains($"{Topics.Movements}: differs: has 1 replicas, planned 3", again, StringComparison.Ordinal);
        Assert.DoesNotContain("made", again, StringComparison.Ordinal);
        Assert.Equal((1, "delete"), await topics.Describe(Topics.Alerts, "cleanup.policy"));
        Assert.Contains($"{Topics.Movements}: there already", (await cloud.Run("topics", "create", "--partitions", "2")).Output, StringComparison.Ordinal);
    }

    private static string Missing(HttpClient http) => Ask(http, "/api/gateways")[0].GetProperty("missing").GetRawText();

    private static long OnHand(HttpClient http) => Ask(http, "/api/stock")[0].GetProperty("onHand").GetInt64();

    private static JsonElement Ask(HttpClient http, string path) => http.GetFromJsonAsync<JsonElement>(path).GetAwaiter().GetResult();
}
