using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Brokers that stop and die, networks that are cut, handlers that fail: nothing accepted is lost.</summary>
[Trait("Speed", "Slow")]
public sealed class MqttReconnectTests
{
    [Fact]
    public async Task A_broker_restart_is_ridden_out_and_subscriptions_are_renewed()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a");
        for (var round = 1; round <= 3; round++)
        {
            await broker.Stop();
            await Eventually.True(() => client.Client.Trouble is not null, "the client notices");
            await broker.Start();
            await client.Connected();
            await Publisher.Publish(broker.Port, "a", $"{round}");
            await client.HeardText($"{round}");
        }

        // A broker that stops before the acknowledgement reached it delivers again.
        Assert.Equal(["1", "2", "3"], client.Heard.Distinct(StringComparer.Ordinal));
        Assert.Empty(client.Log.Errors);
        Assert.Contains(client.Log.Warnings, line => line.EndsWith("will connect again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_lost_its_sessions_is_subscribed_to_anew()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a");
        broker.Kill();
        await Eventually.True(() => client.Client.Trouble is not null, "the client notices");
        await broker.Start();
        await client.Connected();
        await Publisher.Publish(broker.Port, "a", "again");
        await client.HeardCount(1);
        Assert.Empty(client.Log.Errors);
    }

    [Fact]
    public async Task Nothing_acknowledged_to_a_publisher_is_lost_over_stops_of_the_broker_under_load()
    {
        await using var broker = await MosquittoBroker.StartNew("autosave_interval 1");
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a", async _ => await Task.Yield());
        var rounds = TestScale.Pick(2, 4, 20);
        for (var round = 0; round < rounds; round++)
        {
            var publishing = Publisher.PublishNumbers(broker.Port, "a", (round * 2000) + 1, (round + 1) * 2000);

            // Connections that live for a moment each make the client wait up to half a minute before the next.
            await client.HeardCount((round * 2000) + 1, TimeSpan.FromSeconds(40));
            await publishing;
            await broker.Stop();
            await broker.Start();
        }

        var all = rounds * 2000;
        await Eventually.True(() => client.Heard.Distinct(StringComparer.Ordinal).Count() == all, $"all {all} are heard", TimeSpan.FromSeconds(60));
        Assert.Equal(Publisher.Numbers(1, all), client.Heard.Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_message_whose_handler_failed_is_delivered_again_and_those_that_followed_are_handled_only_once(int qos)
    {
        await using var broker = await MosquittoBroker.StartNew();
        var failures = 0;
        var release = new TaskCompletionSource();
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a", async message =>
        {
            var fails = Encoding.UTF8.GetString(message.Payload.Span) is "5" && Interlocked.Increment(ref failures) == 1;
            await release.Task;
            if (fails)
            {
                throw new IOException("disk full");
            }
        });
        await Publisher.PublishNumbers(broker.Port, "a", 1, 10, qos);
        await client.HeardCount(10);
        release.SetResult();
        await client.HeardCount(11);
        await Publisher.Publish(broker.Port, "a", "end");
        await client.HeardCount(12);
        Assert.Equal([.. Publisher.Numbers(1, 10), "5", "end"], client.Heard);
        Assert.Contains(client.Log.Warnings, line => line.Contains("disk full", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_message_still_being_handled_when_the_connection_is_lost_is_not_handled_twice(int qos)
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var proxy = new TcpProxy(broker.Port);
        var commit = new TaskCompletionSource();
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(proxy.Port), "a", _ => commit.Task);
        await Publisher.PublishNumbers(broker.Port, "a", 1, 50, qos);
        await client.HeardCount(50);
        for (var cut = 0; cut < 3; cut++)
        {
            proxy.HangUp();
            await Eventually.True(() => client.Client.Trouble is not null, "the client notices");
            await client.Connected();
        }

        commit.SetResult();
        await Publisher.Publish(broker.Port, "a", "end", qos);
        await client.HeardCount(51);
        Assert.Equal([.. Publisher.Numbers(1, 50), "end"], client.Heard);

        // Acknowledged at last: a new client of the same session gets none of them.
        await client.Stop();
        await using var next = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a");
        await Publisher.Publish(broker.Port, "a", "new");
        await next.HeardCount(1);
        Assert.Equal(["new"], next.Heard);
    }

    [Fact]
    public async Task A_cut_network_is_noticed_by_keep_alive()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var proxy = new TcpProxy(broker.Port);
        await using var client = await ClientUnderTest.Connect(
            ClientUnderTest.Options(proxy.Port, keepAlive: TimeSpan.FromSeconds(1)), "a");
        proxy.Freeze();
        await Eventually.True(() => client.Client.Trouble is not null, "the client notices");
        await Publisher.PublishNumbers(broker.Port, "a", 1, 20);
        proxy.Thaw();
        await client.Connected();
        await client.HeardCount(20);
        Assert.Equal(Publisher.Numbers(1, 20), client.Heard);
    }

    [Fact]
    public async Task A_connection_that_lives_is_kept_alive()
    {
        await using var broker = await MosquittoBroker.StartNew();
        var pings = new PingCount();
        await using var proxy = new TcpProxy(broker.Port) { Heard = pings.Hear };
        await using var client = await ClientUnderTest.Connect(
            ClientUnderTest.Options(proxy.Port, keepAlive: TimeSpan.FromSeconds(2)), "a");
        var changes = 0;
        client.Client.Changed += () => Interlocked.Increment(ref changes);

        // Without the answered pings broker and client would both have given up by then.
        await pings.Reach(3);
        Assert.Equal(0, changes);
        Assert.Null(client.Client.Trouble);
    }

    [Fact]
    public async Task A_publish_on_its_way_when_the_connection_is_lost_is_sent_again()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var listener = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port, "listener"), "out");
        await using var proxy = new TcpProxy(broker.Port);
        await using var client = await ClientUnderTest.Connect(
            ClientUnderTest.Options(proxy.Port, keepAlive: TimeSpan.FromSeconds(1)), "in");
        proxy.Freeze();
        var publishing = client.Client.PublishAsync("out", "lamp on"u8.ToArray(), retain: false, CancellationToken.None);
        await Eventually.True(() => client.Client.Trouble is not null, "the client notices");
        Assert.False(publishing.IsCompleted);
        proxy.Thaw();
        await publishing.WaitAsync(TimeSpan.FromSeconds(20));
        await listener.HeardCount(1);
        Assert.Equal("lamp on", listener.Heard.First());
    }

    [Fact]
    public async Task Two_gateways_with_one_id_are_told_what_may_be_wrong()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var first = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a");
        await using var second = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a");
        await Eventually.True(
            () => first.Log.Warnings.Any(line => line.Contains("another client uses our client id 'edge-gateway-test'", StringComparison.Ordinal)),
            "the first is told why it lost its connection");
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_said_once_with_its_address()
    {
        var port = FreePort.Next();
        await using var client = ClientUnderTest.Start(ClientUnderTest.Options(port), "a");
        await Eventually.True(() => client.Log.Warnings.Any(), "the client warns");
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        var warning = Assert.Single(client.Log.Warnings);
        Assert.StartsWith($"MQTT broker 127.0.0.1:{port}: Connection refused", warning, StringComparison.Ordinal);
    }
}
