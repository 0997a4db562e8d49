using Confluent.Kafka;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Outbox;

/// <summary>
/// Publishes what the outbox holds, in its order, and deletes what Kafka has acknowledged. Rows whose messages were not all
/// acknowledged stay and are published again: at least once.
/// </summary>
public sealed class OutboxPublisher : IDisposable
{
    private const int RowsAtOnce = 16;
    // Well below the time after which another instance can have the lease of one that hangs.
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromSeconds(20);

    private readonly IStore store;
    private readonly CloudMetrics metrics;
    private readonly ILogger logger;
    private readonly ProducerConfig settings;
    private IProducer<byte[], byte[]>? producer;
    private int failures;

    public OutboxPublisher(CloudConfiguration configuration, IStore store, CloudMetrics metrics, ILogger logger)
    {
        this.store = store;
        this.metrics = metrics;
        this.logger = logger;
        settings = new ProducerConfig(configuration.Settings.Kafka.ToClientConfig("edge-cloud-outbox", configuration.Folder))
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            LingerMs = 2,
            MessageTimeoutMs = (int)MessageTimeout.TotalMilliseconds,
            Partitioner = Confluent.Kafka.Partitioner.Murmur2Random,
            CompressionType = CompressionType.Lz4,
            QueueBufferingMaxKbytes = 16 * 1024,
            // Only whether it failed: key and value would be copied back for each message.
            DeliveryReportFields = "none",
        };
    }

    /// <summary>Publishes up to a few rows; false when there was nothing to publish.</summary>
    /// <exception cref="System.Data.Common.DbException">The database failed; try again.</exception>
    /// <exception cref="KafkaException">Kafka did not take everything in time; try again.</exception>
    /// <exception cref="OperationCanceledException">Told to stop; what was not acknowledged is published at the next start.</exception>
    public bool PublishSome(CancellationToken stop)
    {
        List<(long Id, string Topic, byte[] Messages)> rows;
        using (var connection = store.OpenReader())
        {
            rows = connection.Command($"SELECT id, topic, messages FROM outbox ORDER BY id LIMIT {RowsAtOnce}")
                .Rows(row => (row.GetInt64(0), row.GetString(1), row.GetFieldValue<byte[]>(2)));
        }

        if (rows.Count == 0)
        {
            return false;
        }

        Publish(rows, stop);
        using var transaction = store.BeginShort();
        transaction.Command("DELETE FROM outbox WHERE id <= @id").With("id", rows[^1].Id).Run();
        transaction.Commit();
        return true;
    }

    /// <summary>Rows that wait.</summary>
    public long Depth()
    {
        using var connection = store.OpenReader();
        return connection.Command("SELECT COUNT(*) FROM outbox").Rows(row => row.GetInt64(0))[0];
    }

    public void Dispose() => producer?.Dispose();

    private void Publish(List<(long Id, string Topic, byte[] Messages)> rows, CancellationToken stop)
    {
        var client = producer ??= Build();
        failures = 0;
        var count = 0;
        try
        {
            foreach (var (_, topic, messages) in rows)
            {
                foreach (var message in Outbox.Read(messages))
                {
                    Produce(client, topic, message);
                    count++;
                }
            }

            // Every message is acknowledged or has failed by its own timeout.
            client.Flush(stop);
            if (failures > 0)
            {
                throw new KafkaException(new Error(ErrorCode.Local_MsgTimedOut, "not all messages were acknowledged"));
            }
        }
        catch (Exception e) when (e is KafkaException or OperationCanceledException)
        {
            // What is still under way must not overtake the same messages when they are sent again.
            client.Dispose();
            producer = null;
            throw;
        }

        metrics.Published.Add(count);
    }

    private void Produce(IProducer<byte[], byte[]> client, string topic, OutboxMessage outgoing)
    {
        var message = new Message<byte[], byte[]> { Key = outgoing.Key, Value = outgoing.Value };
        if (outgoing.Headers.Count > 0)
        {
            message.Headers = [];
            foreach (var (name, value) in outgoing.Headers)
            {
                message.Headers.Add(name, value);
            }
        }

        while (true)
        {
            try
            {
                client.Produce(topic, message, Delivered);
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                client.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private void Delivered(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
        {
            Interlocked.Increment(ref failures);
        }
    }

    private IProducer<byte[], byte[]> Build() => new ProducerBuilder<byte[], byte[]>(settings)
        .SetErrorHandler((_, error) => logger.LogWarning("Publishing: {Reason} ({Code}); the client goes on trying.", error.Reason, error.Code))
        .SetLogHandler((_, message) => logger.Log(message.Level <= SyslogLevel.Error ? LogLevel.Warning : LogLevel.Debug, "Kafka client: {Message}", message.Message))
        .Build();
}
