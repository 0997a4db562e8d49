using System.Buffers;
using Confluent.Kafka;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Agent.Uplink;

/// <summary>
/// One connection's worth of sending: a producer from its first heartbeat to its first failure. After a failure nothing of
/// it is used again, so that what was in flight is sent once more in its old order, by a producer that starts clean.
/// </summary>
internal sealed partial class UplinkSession : IDisposable
{
    // Enough to fill a fast link, small enough to be sent again over a slow one.
    private const int MaxInFlight = 20_000;
    private const long MaxBytesInFlight = 8 << 20;

    private const int HeartbeatTicket = -1;

    private readonly EventBuffer buffer;
    private readonly TimeProvider time;
    private readonly UplinkIdentity identity;
    private readonly IProducer<MessageKey, byte[]> producer;
    private readonly InFlightWindow window;
    private readonly EventHeaders headers;
    private readonly ExactBuffers keys = new();
    private readonly ExactBuffers values = new();
    private readonly ArrayBufferWriter<byte> value = new(1024);
    private readonly Message<MessageKey, byte[]> message = new();
    private readonly Action<DeliveryReport<MessageKey, byte[]>> delivered;
    private readonly TaskCompletionSource<string> failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? trouble;
    private long ackedEvents;
    private long lastAck;

    public UplinkSession(ProducerConfig config, UplinkIdentity identity, EventBuffer buffer, TimeProvider time, ILogger log)
    {
        this.buffer = buffer;
        this.time = time;
        this.identity = identity;
        headers = new EventHeaders(identity.Gateway);
        window = new InFlightWindow(MaxInFlight, MaxBytesInFlight, buffer.AcknowledgedPosition);
        delivered = OnDelivered;
        lastAck = time.GetTimestamp();
        producer = new ProducerBuilder<MessageKey, byte[]>(config)
            .SetKeySerializer(MessageKeySerializer.Instance)
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, entry) => LogLibrary(log, entry.Facility, entry.Message))
            .Build();
    }

    /// <summary>Completes with the reason when this session is of no use any more.</summary>
    public Task<string> Failed => failure.Task;

    /// <summary>Last trouble the client told, while it still tries by itself.</summary>
    public string? Trouble => Volatile.Read(ref trouble);

    /// <summary>Events acknowledged in this session.</summary>
    public long AckedEvents => Interlocked.Read(ref ackedEvents);

    /// <summary>Time since Kafka acknowledged anything, or since the start of the session.</summary>
    public TimeSpan SinceLastAck => time.GetElapsedTime(Interlocked.Read(ref lastAck));

    public bool HasInFlight => window.Count > 0;

    /// <summary>Sends a heartbeat; the task completes when Kafka has it.</summary>
    public Task SendStatus(GatewayStatus status)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var heartbeat = new Message<MessageKey, byte[]>
        {
            Key = new MessageKey(HeartbeatTicket, System.Text.Encoding.UTF8.GetBytes(status.Gateway)),
            Value = status.ToJson(),
            Headers = EventHeaders.Of(status),
        };
        Produce(Topics.Status, heartbeat, report =>
        {
            OnDelivered(report);
            sent.TrySetResult();
        });
        return sent.Task;
    }

    /// <summary>Sends what the buffer holds and will hold, in its order, until stopped.</summary>
    /// <param name="rate">Limits the bytes a second; null for no limit.</param>
    /// <param name="unsyncedMayGo">Completes when events of an unset clock need not wait for it any longer.</param>
    /// <param name="stop">Ends the sending.</param>
    public async Task SendEvents(ByteRate? rate, Func<Task> unsyncedMayGo, CancellationToken stop)
    {
        var batch = new List<StoredEvent>();
        var sent = window.Acked;
        while (true)
        {
            await buffer.WaitForEvents(sent, stop);
            batch.Clear();
            buffer.Read(sent, 1000, batch);
            foreach (var e in batch)
            {
                if (e.Clock == ClockQuality.Unsynced && unsyncedMayGo() is { IsCompleted: false } wait)
                {
                    // Read again after the wait: by then it may have been dated again.
                    await wait.WaitAsync(stop);
                    break;
                }

                Fill(e);
                long ticket;
                while (!window.TryAdd(e.Position, message.Value.Length, out ticket))
                {
                    await window.WaitForRoom().WaitAsync(stop);
                }

                if (rate?.Spend(message.Value.Length) is { } pause && pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, time, stop);
                }

                message.Key = message.Key with { Ticket = ticket };
                Produce(Topics.Of(e.Family), message, delivered);
                sent = e.Position;
            }
        }
    }

    /// <summary>Completes when everything handed over is acknowledged or the session has failed.</summary>
    public async Task Drain(CancellationToken stop)
    {
        while (window.Count > 0 && !Failed.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, stop);
        }
    }

    public void Dispose() => producer.Dispose();

    private void Fill(in StoredEvent e)
    {
        var head = new EventHead(identity.Gateway, e.Store, e.Seq, identity.Site, identity.Asset, e.Device, e.ObservedAt, e.Clock);
        value.ResetWrittenCount();
        EventRecord.Write(value, head, e.Body.Span);
        message.Headers = headers.Of(e);
        message.Value = values.Copy(value.WrittenSpan);
        message.Key = new MessageKey(HeartbeatTicket, keys.Copy(e.Key.Span));
    }

    private void Produce(string topic, Message<MessageKey, byte[]> record, Action<DeliveryReport<MessageKey, byte[]>> handler)
    {
        try
        {
            producer.Produce(topic, record, handler);
        }
        catch (ProduceException<MessageKey, byte[]> e)
        {
            failure.TrySetResult($"handing a record for {topic} to the Kafka client failed: {e.Error.Reason}");
        }
    }

    private void OnDelivered(DeliveryReport<MessageKey, byte[]> report)
    {
        if (report.Error.IsError)
        {
            failure.TrySetResult($"{report.Topic}: {report.Error.Reason}");
            return;
        }

        Interlocked.Exchange(ref lastAck, time.GetTimestamp());
        Volatile.Write(ref trouble, null);
        if (report.Message.Key.Ticket == HeartbeatTicket)
        {
            return;
        }

        var advanced = window.Complete(report.Message.Key.Ticket);
        if (advanced > 0)
        {
            Interlocked.Add(ref ackedEvents, advanced);
            _ = buffer.Acknowledge(window.Acked);
        }
    }

    private void OnError(Error error)
    {
        if (error.IsFatal || error.Code == ErrorCode.Local_AllBrokersDown)
        {
            failure.TrySetResult(Trouble ?? error.Reason);
        }
        else
        {
            Volatile.Write(ref trouble, error.Reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Kafka client: {Facility} {Text}")]
    private static partial void LogLibrary(ILogger log, string facility, string text);
}
