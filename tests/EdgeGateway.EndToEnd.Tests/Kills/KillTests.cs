using EdgeGateway.Contracts;
using EdgeGateway.Simulator.Check;
using EdgeGateway.Testing;

namespace EdgeGateway.EndToEnd.Tests.Kills;

/// <summary>The promise of the edge: what was acknowledged arrives, in order and under numbers without a gap, whatever is killed.</summary>
public sealed class KillTests
{
    private const int KillsBetweenOutages = 3;
    private static readonly string[] Devices = ["probe-1", "probe-2", "probe-3", "probe-4"];

    /// <summary>200 kills are made in parts, each with a gateway and brokers of its own.</summary>
    public static TheoryData<int> Parts => [.. Enumerable.Range(1, TestScale.Pick(quick: 1, normal: 1, @long: 8))];

    [Theory]
    [MemberData(nameof(Parts))]
    [Trait("Speed", "Slow")]
    public async Task Every_acknowledged_message_reaches_Kafka_in_order_when_gateway_and_broker_are_killed_under_load(int part)
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartNew();
        await using KafkaFixture kafka = await KafkaFixture.StartOwn();
        using var gateway = new GatewayProcess(broker.Port, kafka.Bootstrap, Devices);
        await gateway.Start();
        await Task.WhenAll(Devices.Select(id => broker.WaitForSubscription("probes/" + id)));
        await using var load = new ProbeLoad(broker.Port, Devices);
        int seed = Random.Shared.Next() + part;
        var random = new Random(seed);

        int kills = TestScale.Pick(quick: 1, normal: 5, @long: 25);
        for (int kill = 1; kill <= kills; kill++)
        {
            // Time for anything to be under way: start, subscription, commit, acknowledgement, drain.
            await Task.Delay(random.Next(20, 1500));
            bool outage = kill % KillsBetweenOutages == 1;
            if (outage)
            {
                kafka.BeginOutage();
                await Task.Delay(random.Next(0, 500));
            }

            gateway.Kill();
            await gateway.Start();
            if (outage)
            {
                await kafka.EndOutage();
            }
        }

        IReadOnlyDictionary<string, List<double>> acknowledged = await load.Finish();
        int expected = acknowledged.Values.Sum(numbers => numbers.Count);
        List<(TopicRecord Record, GatewayEvent Event)> arrived = [];
        await Eventually.True(
            () =>
            {
                arrived = Read(kafka.Bootstrap);
                return arrived.Select(e => e.Event).OfType<TemperatureEvent>().DistinctBy(e => (e.Device, e.Celsius)).Count() >= expected;
            },
            $"all {expected} messages are in Kafka (random seed {seed})",
            TimeSpan.FromSeconds(60));

        foreach (string device in Devices)
        {
            IEnumerable<double> numbers = arrived.Select(e => e.Event).OfType<TemperatureEvent>().Where(e => e.Device == device).Select(e => e.Celsius!.Value);

            // A message whose acknowledgement was lost is delivered again, behind what came meanwhile; its first arrival counts.
            Assert.Equal(acknowledged[device], numbers.Distinct());
        }

        Assert.Empty(gateway.Errors);
        AssertNumberedWithoutGap([.. arrived.Select(e => e.Event)]);
    }

    private static void AssertNumberedWithoutGap(IReadOnlyList<GatewayEvent> events)
    {
        Assert.Single(events.Select(e => e.Store).Distinct(StringComparer.Ordinal));
        Assert.DoesNotContain(events, e => e is LedgerEvent);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(seq => (long)seq), events.Select(e => e.Seq).Order());
        foreach (IGrouping<string, GatewayEvent> key in events.GroupBy(e => e.Key, StringComparer.Ordinal))
        {
            Assert.Equal(key.Select(e => e.Seq).Order(), key.Select(e => e.Seq));
        }
    }

    /// <summary>Each numbered event once, in the order of its topic.</summary>
    private static List<(TopicRecord Record, GatewayEvent Event)> Read(string bootstrap) =>
    [
        .. TopicReader.ReadAll(bootstrap, [Topics.Temperature, Topics.Ledger])
            .Select(TopicRecord.From)
            .OrderBy(r => (r.Topic, r.Partition, r.Offset))
            .DistinctBy(r => r.CloudEventId, StringComparer.Ordinal)
            .Select(r => (r, EventRecord.Parse(r.Topic, r.Value))),
    ];
}
