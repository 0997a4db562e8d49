using System.Buffers;
using System.Text.Json;
using Confluent.Kafka;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Pages.Tests;

/// <summary>Writes to Kafka what one gateway and the inventory system would, each record dated when its fact happened.</summary>
public sealed class CloudFeed : IDisposable
{
    private const string Store = "7f3a91c2d4e5";

    private readonly IProducer<byte[], byte[]> producer;
    private readonly string gateway;
    private readonly string site;
    private long seq;
    private long statusNumber;

    public CloudFeed(string bootstrap, string gateway, string site)
    {
        KafkaLibrary.Load();
        producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = bootstrap, EnableIdempotence = true }).Build();
        this.gateway = gateway;
        this.site = site;
    }

    public void Temperature(string device, string profile, DateTimeOffset at, double celsius) =>
        Event(EventFamily.Temperature, device, at, new { celsius = Math.Round(celsius, 2), profile }, $"{gateway}/{device}");

    /// <summary>An item that passed a portal.</summary>
    public void Tag(string device, DateTimeOffset at, string hex, string zone, string passage, string change)
    {
        var tag = EpcDecoder.Decode(hex);
        Event(EventFamily.Tags, device, at, new { epc = tag.Uri, hex = tag.Hex, gtin = tag.Gtin, zone, passage, change, reads = 7, rssiDbm = -52.0 }, tag.Uri);
    }

    /// <summary>Numbers that were given and never sent.</summary>
    public void LoseNumbers(int count) => seq += count;

    public void Heartbeat(DateTimeOffset at, long buffered = 0) => Send(
        Topics.Status,
        gateway,
        at,
        new GatewayStatus
        {
            Gateway = gateway,
            Store = Store,
            StatusNumber = ++statusNumber,
            Site = site,
            ObservedAt = at,
            Version = "0.1.0",
            StartedAt = at.AddDays(-3),
            Buffered = buffered,
            OldestBufferedAt = buffered == 0 ? null : at.AddMinutes(-26),
            BufferBytes = 1_048_576,
            LastSeq = seq + buffered,
            Clock = ClockQuality.Ntp,
        }.ToJson());

    public void Movement(string id, string sku, MovementKind kind, long quantity, DateTimeOffset at, string? reference = null, string? by = null, string? reason = null)
    {
        var movement = new InventoryMovement { Id = id, Site = site, Sku = sku, Kind = kind, Quantity = quantity, OccurredAt = at, Reference = reference, By = by, Reason = reason };
        var value = new ArrayBufferWriter<byte>();
        movement.Write(value);
        Send(Topics.Movements, movement.Key, at, value.WrittenSpan.ToArray());
    }

    /// <summary>Waits until Kafka has everything.</summary>
    public void Flush() => producer.Flush(TimeSpan.FromSeconds(20));

    public void Dispose() => producer.Dispose();

    private void Event(EventFamily family, string device, DateTimeOffset at, object body, string key)
    {
        var value = new ArrayBufferWriter<byte>();
        EventRecord.Write(value, new EventHead(gateway, Store, ++seq, site, null, device, at, ClockQuality.Ntp), JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web));
        Send(Topics.Of(family), key, at, value.WrittenSpan.ToArray());
    }

    private void Send(string topic, string key, DateTimeOffset at, byte[] value) =>
        producer.Produce(topic, new Message<byte[], byte[]> { Key = System.Text.Encoding.UTF8.GetBytes(key), Value = value, Timestamp = new Confluent.Kafka.Timestamp(at) });
}
