using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>What the client puts on the wire, and what it makes of brokers that send rubbish.</summary>
public sealed class MqttProtocolTests
{
    public static TheoryData<string, string> Rubbish => new()
    {
        { "FF00", "reserved flags" },
        { "30FFFFFFFFFF", "more than 4 bytes" },
        { "3600", "QoS 3" },
        { "3000", "ends in the middle of a field" },
        { "300500FF616263", "ends in the middle of a field" },
        { "30050002C32800", "not UTF-8" },
        { "300400012300", "empty topic or one with wildcards" },
        { "30040000000000", "empty topic" },
        { "3206000161000000", "identifier is 0" },
        { "30070001610323000A", "topic alias" },
        { "3006000161027700", "no property 0x77" },
        { "C000", "not for a client" },
        { "50020001", "not for a client" },
        { "62020000", "identifier is 0" },
        { "9002000A", "ends in the middle of a field" },
        { "90FFFFFF7F", "has 268435455 bytes" },
        { "F000", "not for a client" },
    };

    [Theory]
    [MemberData(nameof(Rubbish))]
    [Trait("Speed", "Slow")]
    public async Task Rubbish_from_a_broker_is_named_in_a_warning_and_answered_by_a_new_connection(string hex, string said)
    {
        await using var broker = new FakeBroker(async (number, stream, stop) =>
        {
            await FakeBroker.Welcome(stream, stop);
            await stream.WriteAsync(number == 1 ? Convert.FromHexString(hex) : FakeBroker.Publish(1, 7, 'x'), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using var client = ClientUnderTest.Start(ClientUnderTest.Options(broker.Port), "a");
        await client.HeardCount(1);
        var warning = Assert.Single(client.Log.Warnings);
        Assert.Contains("broke the protocol", warning, StringComparison.Ordinal);
        Assert.Contains(said, warning, StringComparison.Ordinal);
        Assert.Empty(client.Log.Errors);
    }

    [Fact]
    public async Task The_reason_for_leaving_is_sent_to_a_broker_of_MQTT_5()
    {
        var goodbye = new TaskCompletionSource<(byte First, byte[] Body)>();
        await using var broker = new FakeBroker(async (number, stream, stop) =>
        {
            await FakeBroker.Welcome(stream, stop);
            await stream.WriteAsync(new byte[] { 0x36, 0 }, stop);
            goodbye.TrySetResult(await FakeBroker.Read(stream, stop));
        });
        await using var client = ClientUnderTest.Start(ClientUnderTest.Options(broker.Port), "a");
        var (first, body) = await goodbye.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((0xE0, 0x81), (first, body[0]));
    }

    [Theory]
    [InlineData(1, 0x40)]
    [InlineData(2, 0x50)]
    public async Task Nothing_is_acknowledged_before_its_handler_is_done_and_then_all_in_order_of_arrival(int qos, byte acknowledgement)
    {
        var handlers = new ConcurrentDictionary<string, TaskCompletionSource>(StringComparer.Ordinal);
        var acknowledged = new ConcurrentQueue<int>();
        var first = true;
        await using var broker = new FakeBroker(async (_, stream, stop) =>
        {
            await FakeBroker.Welcome(stream, stop);
            foreach (var (letter, id) in "abcd".Zip([11, 12, 13, 14]))
            {
                await stream.WriteAsync(FakeBroker.Publish(qos, (ushort)id, letter), stop);
            }

            while (true)
            {
                var (type, body) = await FakeBroker.Read(stream, stop);
                first &= type == acknowledgement;
                acknowledged.Enqueue((body[0] << 8) | body[1]);
            }
        });
        await using var client = ClientUnderTest.Start(ClientUnderTest.Options(broker.Port), "a", message =>
            handlers.GetOrAdd(Encoding.UTF8.GetString(message.Payload.Span), _ => new TaskCompletionSource()).Task);
        await client.HeardCount(4);
        handlers["c"].SetResult();
        handlers["b"].SetResult();
        handlers["a"].SetResult();
        await Eventually.True(() => acknowledged.Count == 3, "a, b and c are acknowledged");
        handlers["d"].SetResult();
        await Eventually.True(() => acknowledged.Count == 4, "d is acknowledged");
        Assert.Equal([11, 12, 13, 14], acknowledged);
        Assert.True(first);
    }

    [Fact]
    public async Task A_message_of_QoS_2_sent_again_after_PUBREC_is_not_handled_again_until_it_is_released()
    {
        var done = new TaskCompletionSource<byte[]>();
        await using var broker = new FakeBroker(async (_, stream, stop) =>
        {
            await FakeBroker.Welcome(stream, stop);
            var types = new List<byte>();
            await stream.WriteAsync(FakeBroker.Publish(2, 9, 'x'), stop);
            types.Add((await FakeBroker.Read(stream, stop)).First);
            await stream.WriteAsync(FakeBroker.Publish(2, 9, 'x', duplicate: true), stop);
            types.Add((await FakeBroker.Read(stream, stop)).First);
            await stream.WriteAsync(new byte[] { 0x62, 2, 0, 9 }, stop);
            types.Add((await FakeBroker.Read(stream, stop)).First);
            await stream.WriteAsync(FakeBroker.Publish(2, 9, 'y'), stop);
            types.Add((await FakeBroker.Read(stream, stop)).First);
            done.SetResult([.. types]);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using var client = ClientUnderTest.Start(ClientUnderTest.Options(broker.Port), "a");
        Assert.Equal([0x50, 0x50, 0x70, 0x50], await done.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(["x", "y"], client.Heard);
    }

    [Theory]
    [InlineData("20020001")]
    [InlineData("2003008400")]
    [InlineData("")]
    public async Task A_broker_that_refuses_MQTT_5_is_spoken_to_in_3_1_1(string refusal)
    {
        var levels = new ConcurrentQueue<byte>();
        await using var broker = new FakeBroker(async (number, stream, stop) =>
        {
            var (_, connect) = await FakeBroker.Read(stream, stop);
            levels.Enqueue(connect[6]);
            if (number == 1)
            {
                await stream.WriteAsync(Convert.FromHexString(refusal), stop);
                return;
            }

            await stream.WriteAsync(new byte[] { 0x20, 2, 0, 0 }, stop);
            var (_, subscribe) = await FakeBroker.Read(stream, stop);
            await stream.WriteAsync(new byte[] { 0x90, 3, subscribe[0], subscribe[1], 1 }, stop);
            await stream.WriteAsync(new byte[] { 0x32, 6, 0, 1, (byte)'a', 0, 1, (byte)'x' }, stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using var client = ClientUnderTest.Start(ClientUnderTest.Options(broker.Port), "a");
        await client.HeardCount(1);
        Assert.Equal<byte>([5, 4], levels);
    }

    [Fact]
    public async Task A_subscription_the_broker_refuses_needs_a_person()
    {
        await using var broker = new FakeBroker(async (_, stream, stop) =>
        {
            await FakeBroker.Read(stream, stop);
            await stream.WriteAsync(FakeBroker.ConnAck5, stop);
            var (_, body) = await FakeBroker.Read(stream, stop);
            await stream.WriteAsync(new byte[] { 0x90, 4, body[0], body[1], 0, 0x87 }, stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using var client = ClientUnderTest.Start(ClientUnderTest.Options(broker.Port), "a");
        await Eventually.True(() => client.Log.Errors.Any(), "the refusal is an error");
        Assert.Contains("does not let us hear 'a': not authorised", client.Client.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_never_answers_is_given_up_after_the_connect_timeout()
    {
        await using var broker = new FakeBroker((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        var options = new EdgeGateway.Devices.Mqtt.MqttOptions
        {
            Host = "127.0.0.1", Port = broker.Port, ClientId = "edge-gateway-test", ConnectTimeout = TimeSpan.FromMilliseconds(200),
        };
        await using var client = ClientUnderTest.Start(options, "a");
        await Eventually.True(() => client.Client.Trouble?.Contains("no answer within 0.2 s", StringComparison.Ordinal) == true, "the client gives up");
    }

    [Fact]
    public async Task The_reason_a_broker_gives_for_hanging_up_is_said()
    {
        await using var broker = new FakeBroker(async (_, stream, stop) =>
        {
            await FakeBroker.Welcome(stream, stop);
            await stream.WriteAsync(new byte[] { 0xE0, 1, 0x8E }, stop);
        });
        await using var client = ClientUnderTest.Start(ClientUnderTest.Options(broker.Port), "a");
        await Eventually.True(
            () => client.Log.Warnings.Any(line => line.Contains("each gateway needs its own gateway.id", StringComparison.Ordinal)), "the reason is said");
    }
}
