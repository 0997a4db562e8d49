using EdgeGateway.Contracts;
using EdgeGateway.Testing;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// MQTT QoS 1 → synced buffer → Kafka against <c>mosquitto_sub -q 1 | kcat -P</c>, which keeps nothing durable, on the
/// same messages from the same broker. The broker holds the messages for both, so no publisher limits either.
/// </summary>
internal static class IntakeBench
{
    // Mosquitto numbers what it queues for a session with 16 bits; more than that at once and it loses count.
    private const int Messages = 60_000;
    private const int Rounds = 3;

    public static async Task<IReadOnlyList<Result>> Run()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var kafka = await KafkaFixture.StartOwn();
        using var folder = new TempFolder();
        using var gateway = new Gateway(broker.Port, kafka.Bootstrap);
        var lines = folder.Write("messages", string.Concat(Enumerable.Range(0, Messages).Select(i => Gateway.Payload(i) + "\n")));

        var baselineSession = $"mosquitto_sub -h 127.0.0.1 -p {broker.Port} -i baseline -c -q 1 -t bench/baseline";
        await Shell.Run(baselineSession + " -E");
        await gateway.Start();
        await broker.WaitForSubscription(Gateway.Topic);
        await gateway.Stop();

        List<double> ours = [], baseline = [];
        for (var round = 0; round < Rounds; round++)
        {
            await Shell.Run($"mosquitto_pub -h 127.0.0.1 -p {broker.Port} -q 1 -t bench/baseline -l < {lines}");
            var before = await OffsetWatch.Count(kafka.Bootstrap, "baseline");
            using (Shell.Start($"{baselineSession} | kcat -P -b {kafka.Bootstrap} -t baseline -X acks=all"))
            {
                baseline.Add(await OffsetWatch.Rate(kafka.Bootstrap, "baseline", Messages, before));
            }

            await Shell.Run($"mosquitto_pub -h 127.0.0.1 -p {broker.Port} -q 1 -t {Gateway.Topic} -l < {lines}");
            before = await OffsetWatch.Count(kafka.Bootstrap, Topics.Temperature);
            await gateway.Start();
            ours.Add(await OffsetWatch.Rate(kafka.Bootstrap, Topics.Temperature, Messages, before));
            await gateway.Stop();
        }

        return
        [
            new Result("intake", Measure.Median(ours), Measure.Median(baseline), "messages/s")
            {
                Details = new() { ["messages"] = Messages, ["rounds"] = Rounds, ["kafka"] = kafka.Description },
            },
        ];
    }
}
