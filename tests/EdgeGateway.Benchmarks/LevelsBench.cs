using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// Records into views through the full transaction, from process start and once warm, as a share of what
/// <c>kcat -C</c> reads in the same run: movements into levels, and temperatures kept and judged; on SQLite and PostgreSQL.
/// </summary>
internal static class LevelsBench
{
    private const int FromStart = 2_000_000;
    private const int All = 6_000_000;
    private const int Keys = 10_000;
    private const int Temperatures = 2_000_000;
    private const int Probes = 1_000;
    private const double Mega = 1024 * 1024;

    public static async Task<IReadOnlyList<Result>> Run()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        await using var postgres = await PostgresServer.StartNew("fsync=on");
        var results = new List<Result>();
        using (var first = new Cloud(kafka.Bootstrap, "sqlite:cloud.db"))
        {
            await first.MakeTopics();
        }

        Produce(kafka.Bootstrap, Topics.Movements, All, Movement);
        var movementsRead = await KcatReads(kafka.Bootstrap, Topics.Movements, All);
        Produce(kafka.Bootstrap, Topics.Temperature, Temperatures, Temperature);
        var temperaturesRead = await KcatReads(kafka.Bootstrap, Topics.Temperature, Temperatures);

        foreach (var (store, database) in new[] { ("sqlite", "sqlite:cloud.db"), ("postgres", "postgres:" + await postgres.CreateDatabase()) })
        {
            using var cloud = new Cloud(kafka.Bootstrap, database);
            var started = Stopwatch.GetTimestamp();
            cloud.Start();
            await cloud.SignIn();
            var early = await cloud.Folded(Topics.Movements, FromStart, started);
            var late = await cloud.Folded(Topics.Movements, All, started);
            var all = await cloud.Folded(Topics.Temperature, Temperatures, started);
            var peak = Math.Round(ProcessUse.Of(cloud.ProcessId).PeakResidentBytes / Mega);
            results.Add(Of($"levels.{store}.start", FromStart / early.TotalSeconds, movementsRead, peak));
            results.Add(Of($"levels.{store}.warm", (All - FromStart) / (late - early).TotalSeconds, movementsRead, peak));
            results.Add(Of($"levels.{store}.everything", (All + Temperatures) / all.TotalSeconds, (All + Temperatures) / ((All / movementsRead) + (Temperatures / temperaturesRead)), peak));
        }

        return results;
    }

    private static Result Of(string bench, double ours, double baseline, double peak) =>
        new(bench, ours, baseline, "records/s") { Details = new() { ["peakMiB"] = peak } };

    private static async Task<double> KcatReads(string bootstrap, string topic, int records)
    {
        var started = Stopwatch.GetTimestamp();
        await Shell.Run($"kcat -C -b {bootstrap} -t {topic} -e -q > /dev/null");
        return records / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Produce(string bootstrap, string topic, int count, Func<int, Message<string, byte[]>> make)
    {
        KafkaLibrary.Load();
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrap,
            LingerMs = 20,
            QueueBufferingMaxMessages = 500_000,
            Partitioner = Partitioner.Murmur2Random,
            EnableDeliveryReports = false,
        }).Build();
        for (var i = 0; i < count; i++)
        {
            var message = make(i);
            while (true)
            {
                try
                {
                    producer.Produce(topic, message);
                    break;
                }
                catch (ProduceException<string, byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(100));
                }
            }
        }

        producer.Flush(TimeSpan.FromMinutes(2));
    }

    private static Message<string, byte[]> Movement(int i)
    {
        var value = new ArrayBufferWriter<byte>(256);
        var movement = new InventoryMovement
        {
            Id = $"m-{i:D12}",
            Site = $"site-{i % 10}",
            Sku = $"{i % Keys:D14}",
            Kind = i % 3 == 2 ? MovementKind.Shipped : MovementKind.Received,
            Quantity = 1 + (i % 7),
            Reference = $"order-{i:D10}",
            OccurredAt = DateTimeOffset.UnixEpoch.AddYears(56).AddMilliseconds(i * 10L),
        };
        movement.Write(value);
        return new Message<string, byte[]> { Key = movement.Key, Value = value.WrittenSpan.ToArray() };
    }

    private static Message<string, byte[]> Temperature(int i)
    {
        var (probe, number) = (i % Probes, i / Probes);
        var (gateway, seq) = ($"gateway-{probe % 10}", 1 + ((long)number * (Probes / 10)) + (probe / 10));
        var e = new TemperatureEvent
        {
            Gateway = gateway,
            Device = $"probe-{probe}",
            ObservedAt = DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(number * 30L),
            Celsius = Math.Round(5 + (3.5 * Math.Sin(number / 40.0)), 2),
            Profile = "chilled",
        };
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            e.WriteFields(json);
            json.WriteEndObject();
        }

        var value = new ArrayBufferWriter<byte>();
        EventRecord.Write(value, new EventHead(gateway, "s1", seq, "here", null, e.Device, e.ObservedAt, ClockQuality.Ntp), body.WrittenSpan);
        return new Message<string, byte[]>
        {
            Key = e.Key,
            Value = value.WrittenSpan.ToArray(),
            Headers = [new Header(CloudEvent.IdHeader, Encoding.UTF8.GetBytes(CloudEvent.EventId(gateway, "s1", seq)))],
        };
    }
}
