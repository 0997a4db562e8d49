using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Confluent.Kafka;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Benchmarks;

/// <summary>Records by the million for the cloud, and how fast <c>kcat</c> reads them.</summary>
internal static class CloudRecords
{
    private const int Articles = 10_000;
    private const int Sites = 10;
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Movement <paramref name="i"/>: some 190 bytes with its key, on 10,000 keys in turn.</summary>
    public static Message<string, byte[]> Movement(int i)
    {
        var value = new ArrayBufferWriter<byte>(256);
        var movement = new InventoryMovement
        {
            Id = $"m-{i:D12}",
            Site = $"site-{i % Sites}",
            Sku = $"{i % Articles:D14}",
            Kind = i % 3 == 2 ? MovementKind.Shipped : MovementKind.Received,
            Quantity = 1 + (i % 7),
            Reference = $"order-{i:D10}",
            OccurredAt = Begin.AddMilliseconds(i * 10L),
        };
        movement.Write(value);
        return new Message<string, byte[]> { Key = movement.Key, Value = value.WrittenSpan.ToArray() };
    }

    /// <summary>Reading <paramref name="i"/> of so many gateways with so many probes each, in turn; a probe reads every 30 s and is warm now and then.</summary>
    public static Message<string, byte[]> Reading(int i, int gateways, int probes, DateTimeOffset begin)
    {
        var (number, at) = Math.DivRem(i, gateways * probes);
        var (gateway, probe) = ($"gateway-{at % gateways}", at / gateways);
        var e = new TemperatureEvent
        {
            Gateway = gateway,
            Device = $"probe-{probe}",
            ObservedAt = begin.AddSeconds(number * 30L),
            Celsius = Math.Round(5 + (3.5 * Math.Sin(number / 40.0)), 2),
            Profile = "chilled",
        };
        return Numbered(e, 1 + ((long)number * probes) + probe);
    }

    /// <inheritdoc cref="Reading(int, int, int, DateTimeOffset)"/>
    public static Message<string, byte[]> Reading(int i, int gateways, int probes) => Reading(i, gateways, probes, Begin);

    /// <summary>Gateway <paramref name="i"/> tells that it thinned one event, as its number <paramref name="seq"/>.</summary>
    public static Message<string, byte[]> LedgerEntry(int i, long seq, DateTimeOffset at) => Numbered(
        new LedgerEvent
        {
            Gateway = $"gateway-{i}",
            Device = "gateway",
            ObservedAt = at,
            Kind = "thinned",
            FromSeq = seq + 1,
            ToSeq = seq + 1,
            LostFamily = "temperature",
            Count = 1,
            Reason = "thinned to one of ten",
        },
        seq);

    /// <summary>Heartbeat of gateway <paramref name="i"/>.</summary>
    public static Message<string, byte[]> Status(int i, long lastSeq, DateTimeOffset at)
    {
        var status = new GatewayStatus
        {
            Gateway = $"gateway-{i}",
            Store = "s1",
            StatusNumber = 1,
            Site = "here",
            ObservedAt = at,
            Version = "1.0.0",
            StartedAt = at.AddDays(-1),
            Buffered = 0,
            BufferBytes = 65536,
            LastSeq = lastSeq,
            Clock = ClockQuality.Ntp,
        };
        return new Message<string, byte[]> { Key = status.Gateway, Value = status.ToJson() };
    }

    /// <summary>Produces records and waits until Kafka has them.</summary>
    public static void Produce(string bootstrap, string topic, int count, Func<int, Message<string, byte[]>> make)
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

    /// <summary>Records a second that <c>kcat -C</c> reads of a topic, from its start to its end, some times: it varies by half.</summary>
    public static async Task<IReadOnlyList<double>> KcatReads(string bootstrap, string topic, int records)
    {
        const int times = 3;
        var rates = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await Shell.Run($"kcat -C -b {bootstrap} -t {topic} -e -q > /dev/null");
            rates.Add(records / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return rates;
    }

    private static Message<string, byte[]> Numbered(GatewayEvent e, long seq)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            e.WriteFields(json);
            json.WriteEndObject();
        }

        var value = new ArrayBufferWriter<byte>();
        EventRecord.Write(value, new EventHead(e.Gateway, "s1", seq, "here", null, e.Device, e.ObservedAt, ClockQuality.Ntp), body.WrittenSpan);
        return new Message<string, byte[]> { Key = e.Key, Value = value.WrittenSpan.ToArray() };
    }
}
