using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Notify;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Cloud.Tests.Notify;

[Collection(DatabaseCollection.Name)]
public sealed class NotifierTests(Database databases)
{
    private static readonly byte[] Key = "secret"u8.ToArray();
    private readonly ManualTime time = new();
    private readonly CollectingLogger log = new();

    [Fact]
    public async Task A_webhook_that_refuses_is_tried_again_later_and_told_in_order_with_the_alerts_id_and_a_signature()
    {
        await using var store = await databases.NewStore("sqlite");
        await using var receiver = await Receiver.Start();
        using var metrics = new CloudMetrics();
        var notifier = Webhook(store, receiver, metrics, new NotifySettings());
        Put(store, AlertOf("a", "open"), AlertOf("a", "resolved"));
        receiver.RefuseNext = 2;

        Assert.True(await notifier.SendDue(default));
        Assert.False(await notifier.SendDue(default));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await notifier.SendDue(default));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await notifier.SendDue(default));
        Assert.True(await notifier.SendDue(default));
        Assert.False(await notifier.SendDue(default));

        Assert.Equal(2, receiver.Refused);
        var taken = receiver.Taken.ToList();
        Assert.Equal(["a", "a/resolved"], taken.Select(one => one.Headers["Idempotency-Key"].ToString()));
        Assert.Equal("open", Alert.Parse(Encoding.UTF8.GetBytes(taken[0].Body)).State);
        var signature = HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{taken[0].Headers["X-Timestamp"]}.{taken[0].Body}"));
        Assert.Equal("sha256=" + Convert.ToHexStringLower(signature), taken[0].Headers["X-Signature"].ToString());
        Assert.DoesNotContain(log.Lines, line => line.Level == LogLevel.Error);
    }

    [Fact]
    public async Task What_cannot_be_told_is_given_up_with_an_error_after_the_set_number_of_tries()
    {
        await using var store = await databases.NewStore("sqlite");
        await using var receiver = await Receiver.Start();
        using var metrics = new CloudMetrics();
        var notifier = Webhook(store, receiver, metrics, new NotifySettings { MaxAttempts = 3 });
        Put(store, AlertOf("a", "open"));
        receiver.RefuseNext = int.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await notifier.SendDue(default));
            time.Advance(TimeSpan.FromHours(1));
        }

        Assert.False(await notifier.SendDue(default));
        Assert.Equal(3, receiver.Refused);
        Assert.Contains("given up", Assert.Single(log.Lines, line => line.Level == LogLevel.Error).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tries_go_on_for_hours_and_never_pause_longer_than_five_minutes()
    {
        await using var store = await databases.NewStore("sqlite");
        await using var receiver = await Receiver.Start();
        using var metrics = new CloudMetrics();
        var notifier = Webhook(store, receiver, metrics, new NotifySettings());
        Put(store, AlertOf("a", "open"));
        receiver.RefuseNext = int.MaxValue;
        var (started, lastTry, longest) = (time.GetUtcNow(), time.GetUtcNow(), TimeSpan.Zero);
        while (log.Lines.All(line => line.Level != LogLevel.Error))
        {
            if (await notifier.SendDue(default))
            {
                var pause = time.GetUtcNow() - lastTry;
                (longest, lastTry) = (pause > longest ? pause : longest, time.GetUtcNow());
            }

            time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.InRange(lastTry - started, TimeSpan.FromHours(5), TimeSpan.FromHours(8));
        Assert.InRange(longest, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5.5));
    }

    [Fact]
    public async Task A_change_that_joins_others_late_is_not_given_up_with_them()
    {
        await using var store = await databases.NewStore("sqlite");
        await using var receiver = await Receiver.Start();
        using var metrics = new CloudMetrics();
        var notifier = Webhook(store, receiver, metrics, new NotifySettings { MaxAttempts = 3, GroupAbove = 1 });
        Put(store, AlertOf("a", "open"), AlertOf("b", "open"));
        receiver.RefuseNext = 3;
        for (var i = 0; i < 3; i++)
        {
            if (i == 2)
            {
                Put(store, AlertOf("c", "open"));
            }

            Assert.True(await notifier.SendDue(default));
            time.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.True(await notifier.SendDue(default));
        Assert.Equal("c", Assert.Single(receiver.Taken).Headers["Idempotency-Key"].ToString());
        Assert.Contains("2 changes", Assert.Single(log.Lines, line => line.Level == LogLevel.Error).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_changes_keep_coming_they_gather_for_one_message_in_a_while_and_none_is_left_out()
    {
        await using var store = await databases.NewStore("sqlite");
        await using var receiver = await Receiver.Start();
        using var metrics = new CloudMetrics();
        var notifier = Webhook(store, receiver, metrics, new NotifySettings { GroupAbove = 5 });
        for (var second = 0; second < 300; second++)
        {
            Put(store, AlertOf($"a{second}", "open"));
            await notifier.SendDue(default);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(receiver.Taken.Count, 20, 25);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(await notifier.SendDue(default));
        Assert.Equal(Enumerable.Range(0, 300).Select(second => $"a{second}"), receiver.Taken.SelectMany(message => Ids(message.Body)));

        time.Advance(TimeSpan.FromMinutes(2));
        Put(store, AlertOf("after", "open"));
        Assert.True(await notifier.SendDue(default));
        Assert.Equal("after", receiver.Taken.Last().Headers["Idempotency-Key"].ToString());
    }

    [Fact]
    public async Task A_mail_server_that_does_not_answer_counts_as_failed_in_time()
    {
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        var settings = new SmtpSettings { Host = "127.0.0.1", Port = ((System.Net.IPEndPoint)server.LocalEndpoint).Port, From = "edge@example.org", To = ["night@example.org"] };
        var target = new SmtpTarget(settings, password: null, TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => target.Send([new Notification(1, "a", "open", Json(AlertOf("a", "open")), 0)], default));
    }

    [Fact]
    public async Task A_storm_of_alerts_is_told_in_one_message()
    {
        await using var store = await databases.NewStore("sqlite");
        await using var receiver = await Receiver.Start();
        using var metrics = new CloudMetrics();
        var notifier = Webhook(store, receiver, metrics, new NotifySettings { GroupAbove = 5 });
        Put(store, [.. Enumerable.Range(0, 300).Select(i => AlertOf($"a{i}", "open"))]);
        Assert.True(await notifier.SendDue(default));
        Assert.False(await notifier.SendDue(default));
        using var body = System.Text.Json.JsonDocument.Parse(Assert.Single(receiver.Taken).Body);
        Assert.Equal(300, body.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Alertmanager_hears_when_an_alert_began_and_ended()
    {
        await using var receiver = await Receiver.Start();
        using var http = new HttpClient();
        var target = new AlertmanagerTarget(http, receiver.Address);
        await target.Send([new Notification(1, "a", "resolved", Json(AlertOf("a", "resolved")), 0)], default);
        var (path, _, text) = Assert.Single(receiver.Taken);
        Assert.Equal("/api/v2/alerts", path);
        using var body = System.Text.Json.JsonDocument.Parse(text);
        Assert.Equal("2026-01-01T00:00:00.000Z", body.RootElement[0].GetProperty("startsAt").GetString());
        Assert.Equal("2026-01-01T01:00:00.000Z", body.RootElement[0].GetProperty("endsAt").GetString());
        Assert.Equal("excursion", body.RootElement[0].GetProperty("labels").GetProperty("alertname").GetString());
    }

    [Fact]
    public async Task A_mail_says_what_is_wrong_where()
    {
        using var server = new MailServer();
        var target = new SmtpTarget(new SmtpSettings { Host = "127.0.0.1", Port = server.Port, From = "edge@example.org", To = ["night@example.org"] }, password: null, TimeSpan.FromSeconds(30));
        await target.Send([new Notification(1, "a", "open", Json(AlertOf("a", "open")), 0)], default);
        var mail = await server.Mail;
        Assert.Contains("Subject: [open] excursion truck-1 probe-1: above 8 for 5m", mail, StringComparison.Ordinal);
        Assert.Contains("night@example.org", mail, StringComparison.Ordinal);
    }

    private Notifier Webhook(IStore store, Receiver receiver, CloudMetrics metrics, NotifySettings settings) =>
        new(0, new WebhookTarget(new HttpClient(), receiver.Address + "/hook", Key, time), settings, store, time, metrics, log);

    private void Put(IStore store, params Alert[] alerts)
    {
        using var transaction = store.BeginShort();
        transaction.Append(NotificationRow.Table, alerts.SelectMany(alert => NotificationRow.For(alert, 1, time.GetUtcNow())).ToList());
        transaction.Commit();
    }

    private static IEnumerable<string> Ids(string body)
    {
        using var json = System.Text.Json.JsonDocument.Parse(body);
        var alerts = json.RootElement.ValueKind == System.Text.Json.JsonValueKind.Array ? [.. json.RootElement.EnumerateArray()] : new[] { json.RootElement };
        return alerts.Select(alert => alert.GetProperty("id").GetString()!).ToList();
    }

    private static string Json(Alert alert)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        alert.Write(bytes);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static Alert AlertOf(string id, string state) => new()
    {
        Id = id, Kind = "excursion", Severity = Severities.Critical, State = state, Gateway = "truck-1", Device = "probe-1", Rule = "above 8 for 5m",
        OpenedAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), DetectedAt = new(2026, 1, 1, 0, 5, 0, TimeSpan.Zero),
        ResolvedAt = state == "resolved" ? new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero) : null,
    };
}
