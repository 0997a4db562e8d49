using Confluent.Kafka;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Outbox;

/// <summary>
/// Publishes what the outbox holds, in its order, and deletes what Kafka has acknowledged. Rows whose messages were not all
/// acknowledged stay and are published again: at least once.
/// </summary>
public sealed class OutboxPublisher : IDisposable
{
    private const int RowsAtOnce = 16;
    private const int ReportWaitMilliseconds = 50;
    // Well below the time after which another instance can have the lease of one that hangs.
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromSeconds(20);

    private readonly IStore store;
    private readonly CloudMetrics metrics;
    private readonly ILogger logger;
    private readonly ProducerConfig settings;
    private RecordProducer? producer;
    private int underWay;
    private string? failure;

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
            // More than a few rows can be, so that all of them fit.
            QueueBufferingMaxKbytes = 64 * 1024,
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
        var client = producer ??= new RecordProducer(settings, Delivered, static () => { }, Failed, Log);
        (underWay, failure) = (0, null);
        var count = 0;
        client.SenderTakesReports(true);
        try
        {
            foreach (var (_, topic, messages) in rows)
            {
                var reader = new OutboxReader(messages);
                while (reader.Read())
                {
                    Interlocked.Increment(ref underWay);
                    if (client.Produce(topic, reader.Key, reader.Value, reader.Headers, ticket: 0) is { } reason)
                    {
                        throw new KafkaException(new Error(ErrorCode.Local_Fail, $"{topic}: {reason}"));
                    }

                    count++;
                }

                client.TakeReports(waitMilliseconds: 0);
            }

            // Every message is acknowledged or has failed by its own timeout.
            while (Volatile.Read(ref underWay) > 0)
            {
                stop.ThrowIfCancellationRequested();
                client.TakeReports(ReportWaitMilliseconds);
            }

            if (failure is not null)
            {
                throw new KafkaException(new Error(ErrorCode.Local_MsgTimedOut, failure));
            }

            client.SenderTakesReports(false);
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

    private void Delivered(nint ticket, DeliveryFailure? trouble)
    {
        if (trouble is not null)
        {
            failure = trouble.Reason;
        }

        Interlocked.Decrement(ref underWay);
    }

    private void Failed(KafkaError error) => logger.LogWarning("Publishing: {Reason}; the client goes on trying.", error.Reason);

    private void Log(int level, string line) =>
        logger.Log(level <= (int)SyslogLevel.Error ? LogLevel.Warning : LogLevel.Debug, "Kafka client: {Message}", line);
}
