using System.Collections.Concurrent;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>What arrives, in which order, and when the broker is told: against a real Mosquitto.</summary>
public sealed class MqttDeliveryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Messages_of_every_QoS_arrive_once_and_in_order(int qos)
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a/#");
        await Publisher.PublishNumbers(broker.Port, "a/b", 1, 3000, qos);
        await client.HeardCount(3000);
        Assert.Equal(Publisher.Numbers(1, 3000), client.Heard);
        Assert.Empty(client.Log.Warnings);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Speed", "Slow")]
    public async Task What_was_handled_but_not_finished_is_delivered_again_after_a_restart_and_the_rest_is_not(int qos)
    {
        await using var broker = await MosquittoBroker.StartNew();
        var unfinished = new TaskCompletionSource();
        var handled = 0;
        await using (var first = await ClientUnderTest.Connect(
            ClientUnderTest.Options(broker.Port), "a", _ => Interlocked.Increment(ref handled) > 60 ? unfinished.Task : Task.CompletedTask))
        {
            await Publisher.PublishNumbers(broker.Port, "a", 1, 100, qos);
            await first.HeardCount(100);
        }

        await using var second = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a");
        await second.HeardCount(40);
        await Publisher.Publish(broker.Port, "a", "end");
        await second.HeardCount(41);
        Assert.Equal([.. Publisher.Numbers(61, 100), "end"], second.Heard);
    }

    [Fact]
    public async Task What_was_published_while_the_client_was_away_arrives_when_it_is_back()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using (await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a"))
        {
            await Publisher.Publish(broker.Port, "a", "0");
        }

        await Publisher.PublishNumbers(broker.Port, "a", 1, 2000);
        await using var back = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a");
        await back.HeardCount(2000);
        Assert.Equal(Publisher.Numbers(1, 2000), back.Heard.Where(number => number is not "0"));
    }

    [Fact]
    public async Task A_message_queued_from_before_waits_for_its_listener()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using (await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a"))
        {
        }

        await Publisher.Publish(broker.Port, "a", "queued");
        await using var back = ClientUnderTest.Start(ClientUnderTest.Options(broker.Port), "other");
        await Eventually.True(() => back.Client.Trouble is null, "the client is connected");
        var heard = new TaskCompletionSource();
        using var late = back.Client.Subscribe("a", _ =>
        {
            heard.TrySetResult();
            return Task.CompletedTask;
        });
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Thousands_may_be_in_flight_and_the_bound_holds_them_back_at_the_broker()
    {
        await using var broker = await MosquittoBroker.StartNew("max_inflight_messages 0");
        var open = new TaskCompletionSource();
        var options = new MqttOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "edge-gateway-test", MaxInFlight = 4096 };
        await using var client = await ClientUnderTest.Connect(options, "a", _ => open.Task);
        await Publisher.PublishNumbers(broker.Port, "a", 1, 6000);
        await client.HeardCount(4096);
        Assert.Equal(4096, client.Heard.Count);
        open.SetResult();
        await client.HeardCount(6000);
        Assert.Equal(Publisher.Numbers(1, 6000), client.Heard);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Messages_at_QoS_0_are_bounded_too_and_stay_connected_while_held_back()
    {
        await using var broker = await MosquittoBroker.StartNew();
        var pings = new PingCount();
        await using var proxy = new TcpProxy(broker.Port) { Heard = pings.Hear };
        var open = new TaskCompletionSource();
        var options = new MqttOptions
        {
            Host = "127.0.0.1", Port = proxy.Port, ClientId = "edge-gateway-test", MaxInFlight = 10, KeepAlive = TimeSpan.FromSeconds(2),
        };
        await using var client = await ClientUnderTest.Connect(options, "a", _ => open.Task);
        await Publisher.PublishNumbers(broker.Port, "a", 1, 100, qos: 0);
        await client.HeardCount(10);

        // Longer than one and a half keep-alives: what is not read is not taken for silence.
        await pings.Reach(3);
        Assert.Equal(10, client.Heard.Count);
        Assert.Null(client.Client.Trouble);
        open.SetResult();
        await client.HeardCount(100);
        Assert.Equal(Publisher.Numbers(1, 100), client.Heard);
        Assert.Empty(client.Log.Warnings);
    }

    [Fact]
    public async Task A_big_payload_arrives_whole()
    {
        await using var broker = await MosquittoBroker.StartNew();
        using var folder = new TempFolder();
        var big = string.Concat(Enumerable.Range(0, 100_000).Select(number => $"{number,10}"))[..900_000];
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a");
        await Publisher.PublishFile(broker.Port, "a", folder.Write("big", big));
        await client.HeardCount(1);
        Assert.Equal(big, client.Heard.Single());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_a_payload_beyond_the_bound_the_handler_gets_a_sample_and_the_flow_goes_on(int qos)
    {
        await using var broker = await MosquittoBroker.StartNew();
        using var folder = new TempFolder();
        var messages = new ConcurrentQueue<(int Length, int Omitted)>();
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a", message =>
        {
            messages.Enqueue((message.Payload.Length, message.Omitted));
            return Task.CompletedTask;
        });
        await Publisher.Publish(broker.Port, "a", "before", qos);
        await Publisher.PublishFile(broker.Port, "a", folder.Write("big", new string('x', 5_000_000)), qos);
        await Publisher.Publish(broker.Port, "a", "after", qos);
        await client.HeardCount(3);
        Assert.Equal([(6, 0), (256, 4_999_744), (5, 0)], messages);
        Assert.Empty(client.Log.Warnings);
    }

    [Fact]
    public async Task Where_filters_overlap_each_listener_hears_a_message_once()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a/#");
        int plus = 0, exact = 0;
        using var first = client.Client.Subscribe("a/+", _ => Count(ref plus));
        using var second = client.Client.Subscribe("a/b", _ => Count(ref exact));
        await broker.WaitForSubscription("a/+");
        await broker.WaitForSubscription("a/b");
        await Publisher.PublishNumbers(broker.Port, "a/b", 1, 500);
        await Publisher.Publish(broker.Port, "a/end", "end");
        await Eventually.True(() => plus >= 501 && client.Heard.Contains("end"), "all is heard");
        Assert.Equal((501, 501, 500), (client.Heard.Count, plus, exact));
    }

    [Fact]
    public async Task What_is_retained_is_marked_and_not_sent_again_by_a_reconnect()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await Publisher.Publish(broker.Port, "a", "kept", 1, "-r");
        var heard = new ConcurrentQueue<(string Text, bool Retained)>();
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a", message =>
        {
            heard.Enqueue((System.Text.Encoding.UTF8.GetString(message.Payload.Span), message.Retained));
            return Task.CompletedTask;
        });
        await client.HeardText("kept");
        await broker.Stop();
        await broker.Start();
        await client.Connected();
        await Publisher.Publish(broker.Port, "a", "live", 1, "-r");
        await client.HeardText("live");

        // A broker that stops before the acknowledgement reached it delivers again.
        Assert.Equal([("kept", true), ("live", false)], heard.Distinct());
    }

    [Fact]
    public async Task A_filter_that_nobody_hears_any_more_is_not_unsubscribed_by_a_stop()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using (var first = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "a"))
        {
            first.Client.Subscribe("b", _ => Task.CompletedTask).Dispose();
        }

        await Publisher.Publish(broker.Port, "b", "meanwhile");
        await using var second = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "b");
        await second.HeardCount(1);
        Assert.Equal(["meanwhile"], second.Heard);
    }

    [Fact]
    public async Task A_look_around_ends_at_once_and_holds_nothing_back()
    {
        await using var broker = await MosquittoBroker.StartNew();
        var options = new MqttOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "edge-gateway-test", HandlerGrace = TimeSpan.FromMinutes(10) };
        await using (var client = await ClientUnderTest.Connect(options, "a"))
        {
            var around = 0;
            using (client.Client.SubscribeBriefly("#", _ => Count(ref around)))
            {
                await broker.WaitForSubscription("#");
                await Publisher.Publish(broker.Port, "b", "1");
                await Publisher.Publish(broker.Port, "a", "1");
                await Eventually.True(() => around == 2 && client.Heard.Count == 1, "the look around hears both topics, the device its own");
            }

            // By now the broker has heard that we are no longer interested: the filter of a listener that will be back stays.
            await client.Client.PublishAsync("c", default, retain: false, CancellationToken.None);
        }

        await Publisher.Publish(broker.Port, "b", "2");
        await Publisher.Publish(broker.Port, "a", "2");
        await using var back = await ClientUnderTest.Connect(options, "a");
        await back.HeardCount(1);
        Assert.Equal(["2"], back.Heard);
    }

    [Fact]
    public async Task What_the_broker_kept_waits_for_devices_that_start_slowly()
    {
        await using var broker = await MosquittoBroker.StartNew();
        var options = new MqttOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "edge-gateway-test", HandlerGrace = TimeSpan.Zero };
        await using (var before = await ClientUnderTest.Connect(options, "a"))
        {
            Assert.Empty(before.Heard);
        }

        await Publisher.Publish(broker.Port, "a", "kept");
        var heard = new ConcurrentQueue<string>();
        var client = new MqttClient(options, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        using var hold = client.HoldUnheard();
        var running = client.RunAsync(stop.Token);
        await Eventually.True(() => client.Trouble is null, "a connection");

        // The broker's answer would come behind the kept message, and that waits.
        var answer = client.PublishAsync("b", default, retain: false, CancellationToken.None);
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromSeconds(1)));
        using var listening = client.Subscribe("a", message =>
        {
            heard.Enqueue(System.Text.Encoding.UTF8.GetString(message.Payload.Span));
            return Task.CompletedTask;
        });
        hold.Dispose();
        await answer.WaitAsync(TimeSpan.FromSeconds(20));
        await stop.CancelAsync();
        await running;
        Assert.Equal(["kept"], heard);
    }

    [Fact]
    public async Task What_the_client_publishes_reaches_others()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var listener = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port, "listener"), "out/#");
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "in");
        await Task.WhenAll(Enumerable.Range(1, 100).Select(
            number => client.Client.PublishAsync("out/lamp", System.Text.Encoding.UTF8.GetBytes($"{number}"), retain: false, CancellationToken.None)));
        await listener.HeardCount(100);
        Assert.Equal(Publisher.Numbers(1, 100), listener.Heard.OrderBy(int.Parse));
    }

    private static Task Count(ref int counter)
    {
        Interlocked.Increment(ref counter);
        return Task.CompletedTask;
    }
}
