using System.Buffers;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Tests.Processes;

/// <summary>Puts records on the topics as gateways and other systems do, and reads what the cloud published.</summary>
internal sealed class KafkaTopics : IDisposable
{
    private readonly IProducer<string, byte[]> producer;
    private readonly string bootstrap;

    public KafkaTopics(string bootstrap)
    {
        KafkaLibrary.Load();
        this.bootstrap = bootstrap;
        producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = bootstrap, Acks = Acks.All, EnableIdempotence = true, Partitioner = Partitioner.Murmur2Random }).Build();
    }

    public void Send(IEnumerable<object> records)
    {
        foreach (var record in records)
        {
            Send(record);
        }

        producer.Flush(TimeSpan.FromSeconds(30));
    }

    public void SendRaw(string topic, string key, string value)
    {
        producer.Produce(topic, new Message<string, byte[]> { Key = key, Value = Encoding.UTF8.GetBytes(value) });
        producer.Flush(TimeSpan.FromSeconds(30));
    }

    /// <summary>Puts a record where a cloud that could not read it would have put it.</summary>
    public void SendDeadLetter(object record)
    {
        var (topic, key, value) = Encode(record);
        var headers = new Headers { { "error", "kind is unknown"u8.ToArray() }, { "topic", Encoding.UTF8.GetBytes(topic) }, { "partition", "0"u8.ToArray() }, { "offset", "0"u8.ToArray() } };
        producer.Produce(Topics.DeadLetter, new Message<string, byte[]> { Key = key, Value = value, Headers = headers });
        producer.Flush(TimeSpan.FromSeconds(30));
    }

    /// <summary>All records of a topic from its beginning; empty when there is no such topic.</summary>
    public List<ConsumeResult<string, string>> ReadAll(string topic)
    {
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "reader", EnablePartitionEof = true, EnableAutoCommit = false }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions.ConvertAll(partition => new TopicPartitionOffset(topic, partition.PartitionId, Offset.Beginning));
        consumer.Assign(partitions);
        var records = new List<ConsumeResult<string, string>>();
        for (var ended = 0; ended < partitions.Count;)
        {
            var result = consumer.Consume(TimeSpan.FromSeconds(10)) ?? throw new TimeoutException($"{topic} does not end");
            if (result.IsPartitionEOF)
            {
                ended++;
            }
            else
            {
                records.Add(result);
            }
        }

        return records;
    }

    public async Task Create(string topic, int partitions, Dictionary<string, string> settings)
    {
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1, Configs = settings }]);
    }

    /// <summary>How many partitions a topic has and what one of its settings is.</summary>
    public async Task<(int Partitions, string Value)> Describe(string topic, string setting)
    {
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        var described = await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = topic }]);
        return (admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions.Count, described[0].Entries[setting].Value);
    }

    public void Dispose() => producer.Dispose();

    private void Send(object record)
    {
        var (topic, key, value) = Encode(record);
        while (true)
        {
            try
            {
                producer.Produce(topic, new Message<string, byte[]> { Key = key, Value = value });
                return;
            }
            catch (ProduceException<string, byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static (string Topic, string Key, byte[] Value) Encode(object record) => record switch
    {
        InventoryMovement movement => (Topics.Movements, movement.Key, Bytes(movement.Write)),
        GatewayStatus status => (Topics.Status, status.Gateway, status.ToJson()),
        GatewayEvent e => (Topics.Of(e.Family), e.Key, Bytes(output => Write(output, e))),
        _ => throw new ArgumentException("no record", nameof(record)),
    };

    private static void Write(IBufferWriter<byte> output, GatewayEvent e)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            e.WriteFields(json);
            json.WriteEndObject();
        }

        EventRecord.Write(output, new EventHead(e.Gateway, e.Store, e.Seq, e.Site, e.Asset, e.Device, e.ObservedAt, e.Clock), body.WrittenSpan);
    }

    private static byte[] Bytes(Action<IBufferWriter<byte>> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        write(bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
