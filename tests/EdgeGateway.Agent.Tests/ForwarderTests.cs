using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EdgeGateway.Agent.Configuration;
using EdgeGateway.Agent.Uplink;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Agent.Tests;

/// <summary>The forwarder against a Kafka of its own that is stopped and started; the emulator where there is none.</summary>
[Trait("Speed", "Slow")]
public sealed class ForwarderTests : IAsyncLifetime
{
    private const int Devices = 10;

    private readonly BufferedGateway gateway = new();
    private readonly CancellationTokenSource stop = new();
    private KafkaFixture kafka = null!;
    private long statusNumber;
    private long appended;

    public async Task InitializeAsync()
    {
        KafkaLibrary.Load();
        kafka = await KafkaFixture.StartOwn();
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await gateway.DisposeAsync();
        await kafka.DisposeAsync();
        stop.Dispose();
    }

    [Fact]
    public async Task Every_event_arrives_in_the_order_of_its_key_with_its_headers_and_is_then_deleted()
    {
        await Append(2_000);
        var running = Forwarder().RunAsync(stop.Token);
        await Delivered();

        var records = Consume(2_000);
        var first = records.First(record => Id(record).EndsWith("/1", StringComparison.Ordinal));
        Assert.Equal("g1/probe-1", Encoding.UTF8.GetString(first.Message.Key));
        Assert.Equal(
            [
                "ce_specversion=1.0", $"ce_id=g1/{gateway.Buffer.Store}/1", "ce_source=/gateways/g1/devices/probe-1", "ce_type=edgegateway.temperature.v1",
                $"ce_time={Timestamp(first)}", "ce_subject=probe-1", "content-type=application/json",
            ],
            first.Message.Headers.Select(header => $"{header.Key}={Encoding.UTF8.GetString(header.GetValueBytes())}"));
        AssertCompleteAndInOrder(records, 2_000);
        Assert.Empty(gateway.Events());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task An_outage_of_Kafka_is_ridden_out_without_loss_and_the_heartbeat_comes_first_after_it()
    {
        var forwarder = Forwarder();
        var running = forwarder.RunAsync(stop.Token);
        await Append(500);
        await Delivered();

        kafka.BeginOutage();
        await Append(500);
        await Eventually.Equal(UplinkState.Down, () => forwarder.State.State, "the outage is noticed", TimeSpan.FromSeconds(100));
        Assert.NotNull(forwarder.State.Detail);
        await kafka.EndOutage();
        await Append(500);
        await Delivered();

        Assert.Equal(UplinkState.Connected, forwarder.State.State);
        var records = Consume(1_500);
        AssertCompleteAndInOrder(records, 1_500);
        var firstAfter = records.Where(record => Seq(record) > 1_000).Min(record => record.Message.Timestamp.UnixTimestampMs);
        var heartbeats = Read(Topics.Status, 1).ConvertAll(record => record.Message.Timestamp.UnixTimestampMs);
        Assert.Contains(heartbeats, at => at <= firstAfter && at >= records.Where(record => Seq(record) <= 500).Max(record => record.Message.Timestamp.UnixTimestampMs));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Events_of_an_unset_clock_wait_until_it_is_set_and_then_carry_the_right_time()
    {
        var clockSet = new TaskCompletionSource();
        await gateway.Buffer.Append(Event(1) with { ObservedAt = DateTimeOffset.UnixEpoch, Clock = ClockQuality.Unsynced });
        var running = Forwarder(clockSet.Task).RunAsync(stop.Token);
        await Eventually.True(() => Read(Topics.Status, 1).Count > 0, "the heartbeat does not wait", TimeSpan.FromSeconds(30));
        Assert.Single(gateway.Events());

        await gateway.Buffer.SetClock(DateTimeOffset.UtcNow.AddYears(1), ClockQuality.Ntp);
        clockSet.SetResult();
        await Delivered();
        var sent = (TemperatureEvent)EventRecord.Parse(Topics.Temperature, Assert.Single(Consume(1)).Message.Value);
        Assert.Equal(ClockQuality.Ntp, sent.Clock);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_broker_that_cannot_be_reached_is_told_and_costs_nothing_but_patience()
    {
        await Append(10);
        var forwarder = Forwarder(bootstrap: $"127.0.0.1:{FreePort.Next()}");
        var running = forwarder.RunAsync(stop.Token);
        await Eventually.True(() => forwarder.State.State == UplinkState.Down, "it is noticed", TimeSpan.FromSeconds(40));

        Assert.Contains("refused", forwarder.State.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(forwarder.Failures, 1, 10);
        Assert.Equal(10, gateway.Events().Count);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_backlog_leaves_no_faster_than_the_link_is_paid_for()
    {
        const int events = 600;
        const int bytesPerSecond = 40_000;
        const int leastBytesOfAnEvent = 300;
        await Append(events);
        var started = Stopwatch.GetTimestamp();
        var running = Forwarder(catchUpBytesPerSecond: bytesPerSecond).RunAsync(stop.Token);
        await Delivered();

        // The first second's worth goes at once.
        var least = TimeSpan.FromSeconds((events * leastBytesOfAnEvent / (double)bytesPerSecond) - 1);
        Assert.True(Stopwatch.GetElapsedTime(started) > least, $"{Stopwatch.GetElapsedTime(started)}");
        AssertCompleteAndInOrder(Consume(events), events);
        await stop.CancelAsync();
        await running;
    }

    [RealKafkaFact]
    public async Task What_Kafka_refuses_for_good_is_set_aside_in_the_ledger_and_all_behind_it_goes_on()
    {
        await MakeTopicWithLimit(Topics.Temperature, bytes: 4_000);
        var bulk = new byte[12_000];
        Random.Shared.NextBytes(bulk);
        await Append(300);
        await gateway.Buffer.Append(Event(++appended) with { Profile = Convert.ToHexString(bulk) });
        await Append(300);
        await gateway.Buffer.Append(Event(++appended) with { Profile = Convert.ToHexString(bulk) });
        var running = Forwarder().RunAsync(stop.Token);
        await Delivered();

        var arrived = Consume(600).ConvertAll(Seq);
        Assert.Equal(Enumerable.Range(1, 602).Select(seq => (long)seq).Except([301, 602]), arrived.Distinct().Order());
        var ledger = Read(Topics.Ledger, 2).ConvertAll(record => (LedgerEvent)EventRecord.Parse(Topics.Ledger, record.Message.Value));
        Assert.Equal([(301, 301, "temperature"), (602, 602, "temperature")], ledger.Select(entry => (entry.FromSeq, entry.ToSeq, entry.LostFamily)).Order());
        Assert.All(ledger, entry => Assert.Contains("too large", entry.Reason, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(2, gateway.Buffer.Stats.Rejected);

        await stop.CancelAsync();
        await running;
        var export = await gateway.Export();
        Assert.Equal(2, export.Count);
        Assert.Contains(Convert.ToHexString(bulk), export[0], StringComparison.Ordinal);
    }

    private async Task MakeTopicWithLimit(string topic, int bytes)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Bootstrap }).Build();
        await admin.CreateTopicsAsync(
        [
            new TopicSpecification
            {
                Name = topic, NumPartitions = 3, ReplicationFactor = 1,
                Configs = new Dictionary<string, string>(StringComparer.Ordinal) { ["max.message.bytes"] = bytes.ToString(CultureInfo.InvariantCulture) },
            },
        ]);
    }

    private Forwarder Forwarder(Task? unsyncedMayGo = null, string? bootstrap = null, long? catchUpBytesPerSecond = null) => new(
        new UplinkSettings { BootstrapServers = bootstrap ?? kafka.Bootstrap, CatchUpBytesPerSecond = catchUpBytesPerSecond }, new GatewaySettings { Id = "g1", Site = "dallas" }, "/",
        gateway.Buffer, Status, unsyncedMayGo ?? Task.CompletedTask, gateway.Time, NullLogger.Instance);

    private GatewayStatus Status() => new()
    {
        Gateway = "g1",
        Store = gateway.Buffer.Store,
        StatusNumber = Interlocked.Increment(ref statusNumber),
        Site = "dallas",
        ObservedAt = DateTimeOffset.UtcNow,
        Version = "1",
        StartedAt = DateTimeOffset.UtcNow,
        Buffered = 0,
        BufferBytes = 0,
        LastSeq = gateway.Buffer.LastSeq,
        Clock = ClockQuality.Ntp,
    };

    private static TemperatureEvent Event(long number) =>
        new() { Device = "probe-" + (number % Devices), ObservedAt = DateTimeOffset.UtcNow, Clock = ClockQuality.Ntp, Celsius = number % 100 };

    private async Task Append(int count)
    {
        for (var i = 0; i < count - 1; i++)
        {
            _ = gateway.Buffer.Append(Event(++appended));
        }

        await gateway.Buffer.Append(Event(++appended));
    }

    private Task Delivered() =>
        Eventually.True(() => gateway.Buffer.AcknowledgedPosition == gateway.Buffer.LastPosition, "Kafka has everything", TimeSpan.FromSeconds(60));

    /// <summary>All records of the temperature topic once there are at least so many.</summary>
    private List<ConsumeResult<byte[], byte[]>> Consume(int atLeast) => Read(Topics.Temperature, atLeast);

    private List<ConsumeResult<byte[], byte[]>> Read(string topic, int atLeast)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = kafka.Bootstrap,
            GroupId = Guid.NewGuid().ToString(),
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe(topic);
        var records = new List<ConsumeResult<byte[], byte[]>>();
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (DateTime.UtcNow < deadline && consumer.Consume(records.Count < atLeast ? 5_000 : 500) is var record && (record is not null || records.Count < atLeast))
        {
            if (record is not null)
            {
                records.Add(record);
            }
        }

        return records;
    }

    private static void AssertCompleteAndInOrder(List<ConsumeResult<byte[], byte[]>> records, int count)
    {
        Assert.Equal(Enumerable.Range(1, count).Select(seq => (long)seq), records.Select(Seq).Distinct().Order());
        foreach (var device in records.GroupBy(record => Encoding.UTF8.GetString(record.Message.Key)))
        {
            // A record may come twice after an outage, but its first time is in order.
            var seen = new HashSet<long>();
            var firsts = device.Select(Seq).Where(seen.Add).ToList();
            Assert.Equal(firsts.Order(), firsts);
            Assert.Single(device.Select(record => record.Partition.Value).Distinct());
        }
    }

    private static long Seq(ConsumeResult<byte[], byte[]> record) => long.Parse(Id(record).Split('/')[2]);

    private static string Id(ConsumeResult<byte[], byte[]> record) => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes("ce_id"));

    private static string Timestamp(ConsumeResult<byte[], byte[]> record) =>
        Contracts.Timestamp.Format(EventRecord.Parse(record.Topic, record.Message.Value).ObservedAt);
}
