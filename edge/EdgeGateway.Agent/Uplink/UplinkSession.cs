using System.Text;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Uplink;

/// <summary>
/// One connection's worth of sending: a producer from its first heartbeat to its first failure. After a failure nothing of
/// it is used again, so that what was in flight is sent once more in its old order, by a producer that starts clean.
/// </summary>
internal sealed partial class UplinkSession : IDisposable
{
    // Enough to fill a fast link, small enough to be sent again over a slow one.
    private const int MaxInFlight = 40_000;
    private const long MaxBytesInFlight = 16 << 20;

    private const int ReadAtOnce = 1000;
    private const int WaitForRoomMilliseconds = 50;
    private const nint HeartbeatTicket = -1;

    private readonly EventBuffer buffer;
    private readonly Batching batching;
    private readonly long singlyUpTo;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly RecordProducer producer;
    private readonly InFlightWindow window;
    private readonly RecordWriter writer;
    private readonly Lock producing = new();
    private readonly TaskCompletionSource<string> failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? heartbeat;
    private string? trouble;
    private long ackedEvents;
    private long progressAt;
    private long lastAckTicks;
    private int refused;

    // Something was acknowledged in this run of reports.
    private bool delivered;

    /// <param name="config">Keys and values of the client's configuration.</param>
    /// <param name="identity">What every record says of its gateway.</param>
    /// <param name="buffer">What is sent.</param>
    /// <param name="batching">Told which batches are refused; says how far records go one by one.</param>
    /// <param name="time">For ages and dates.</param>
    /// <param name="log">Takes the client's own lines.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong or a file of it cannot be read.</exception>
    public UplinkSession(
        IEnumerable<KeyValuePair<string, string>> config, UplinkIdentity identity, EventBuffer buffer, Batching batching, TimeProvider time, ILogger log)
    {
        this.buffer = buffer;
        this.batching = batching;
        singlyUpTo = batching.SinglyUpTo;
        this.time = time;
        this.log = log;
        writer = new RecordWriter(identity);
        window = new InFlightWindow(MaxInFlight, MaxBytesInFlight, buffer.AcknowledgedPosition);
        progressAt = time.GetTimestamp();
        producer = new RecordProducer(config, OnDelivered, OnReported, OnTrouble, (_, line) => LogLibrary(log, line));
    }

    /// <summary>Completes with the reason when this session is of no use any more.</summary>
    public Task<string> Failed => failure.Task;

    /// <summary>Last trouble the client told, while it still tries by itself.</summary>
    public string? Trouble => Volatile.Read(ref trouble);

    /// <summary>Events acknowledged in this session.</summary>
    public long AckedEvents => Interlocked.Read(ref ackedEvents);

    /// <summary>When Kafka last acknowledged anything; null before it did.</summary>
    public DateTimeOffset? LastAckAt => Interlocked.Read(ref lastAckTicks) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>How long something has been in flight without any acknowledgement.</summary>
    public TimeSpan Stalled =>
        window.Count == 0 && Volatile.Read(ref heartbeat) is null ? TimeSpan.Zero : time.GetElapsedTime(Interlocked.Read(ref progressAt));

    /// <summary>Sends a heartbeat; the task completes when Kafka has it. One at a time.</summary>
    public Task SendStatus(GatewayStatus status)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        NowInFlight();
        Volatile.Write(ref heartbeat, sent);
        Produce(Topics.Status, Encoding.UTF8.GetBytes(status.Gateway), status.ToJson(), RecordWriter.Headers(status), HeartbeatTicket);
        return sent.Task;
    }

    /// <summary>Sends what the buffer holds and will hold, in its order, until stopped or until all that has to go one by one has gone.</summary>
    /// <param name="rate">Limits the bytes a second; null for no limit.</param>
    /// <param name="unsyncedMayGo">Completes when events of an unset clock need not wait for it any longer.</param>
    /// <param name="stop">Ends the sending.</param>
    public async Task SendEvents(ByteRate? rate, Task unsyncedMayGo, CancellationToken stop)
    {
        var batch = new List<StoredEvent>(ReadAtOnce);
        var sent = window.Acked;
        var end = singlyUpTo > 0 ? singlyUpTo : long.MaxValue;
        try
        {
            while (sent < end && !Failed.IsCompleted)
            {
                var more = buffer.WaitForEvents(sent, stop);
                if (!more.IsCompleted)
                {
                    producer.SenderTakesReports(false);
                    await more;
                }

                batch.Clear();
                buffer.Read(sent, ReadAtOnce, batch);
                producer.SenderTakesReports(true);
                foreach (var e in batch)
                {
                    if (e.Clock == ClockQuality.Unsynced && !unsyncedMayGo.IsCompleted)
                    {
                        // Read again after the wait: by then it may have been dated again.
                        producer.SenderTakesReports(false);
                        await unsyncedMayGo.WaitAsync(stop);
                        break;
                    }

                    var bytes = Send(e, stop);
                    sent = e.Position;
                    if (sent >= end)
                    {
                        break;
                    }

                    if (rate?.Spend(bytes) is { } pause && pause > TimeSpan.Zero)
                    {
                        producer.SenderTakesReports(false);
                        await Task.Delay(pause, time, stop);
                        producer.SenderTakesReports(true);
                    }
                }

                producer.TakeReports(waitMilliseconds: 0);
            }
        }
        finally
        {
            producer.SenderTakesReports(false);
        }

        await Drain(stop);
        if (!Failed.IsCompleted)
        {
            batching.SentSingly(refused);
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

    /// <summary>Hands an event over once there is room; returns its bytes before compression.</summary>
    private int Send(in StoredEvent e, CancellationToken stop)
    {
        var value = writer.Value(e);
        if (window.Count == 0)
        {
            NowInFlight();
        }

        int ticket;
        while (!window.TryAdd(e.Position, value.Length, out ticket))
        {
            // Until half of it is acknowledged, so that it is filled in bulk again instead of one by one.
            do
            {
                stop.ThrowIfCancellationRequested();
                if (Failed.IsCompleted)
                {
                    return 0;
                }

                producer.TakeReports(WaitForRoomMilliseconds);
            }
            while (!window.IsHalfEmpty);
        }

        var headers = writer.Headers(e);
        Produce(Topics.Of(e.Family), e.Key.Span, value, headers, ticket);
        return e.Key.Length + value.Length + headers.Bytes;
    }

    private void Produce(string topic, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, RecordHeaders headers, nint ticket)
    {
        lock (producing)
        {
            if (!failure.Task.IsCompleted && producer.Produce(topic, key, value, headers, ticket) is { } reason)
            {
                failure.TrySetResult($"handing a record for {topic} to the Kafka client failed: {reason}");
            }
        }
    }

    private void NowInFlight()
    {
        if (Stalled == TimeSpan.Zero)
        {
            Interlocked.Exchange(ref progressAt, time.GetTimestamp());
        }
    }

    private void OnDelivered(nint ticket, DeliveryFailure? trouble)
    {
        if (trouble is { IsRefusal: true })
        {
            OnRefused(ticket, trouble.Reason);
            return;
        }

        if (trouble is not null)
        {
            failure.TrySetResult(trouble.Reason);
            return;
        }

        Volatile.Write(ref delivered, true);
        if (ticket == HeartbeatTicket)
        {
            Interlocked.Exchange(ref heartbeat, null)?.SetResult();
        }
        else
        {
            Interlocked.Add(ref ackedEvents, window.Complete((int)ticket));
        }
    }

    private void OnRefused(nint ticket, string reason)
    {
        if (ticket == HeartbeatTicket)
        {
            // The broker is there, which is what the heartbeat was to find out; events need not wait for it.
            LogHeartbeatRefused(log, reason);
            Interlocked.Exchange(ref heartbeat, null)?.SetResult();
        }
        else if (singlyUpTo > 0)
        {
            Interlocked.Increment(ref refused);
            _ = SetAside((int)ticket, reason);
        }
        else
        {
            batching.Refused(window.PositionOf((int)ticket));
            failure.TrySetResult(reason);
        }
    }

    private async Task SetAside(int ticket, string reason)
    {
        try
        {
            await buffer.SetAside(window.PositionOf(ticket), reason);
            window.Complete(ticket);
            await buffer.Acknowledge(window.Acked);
        }
        catch (BufferUnavailableException e)
        {
            failure.TrySetResult(e.Message);
        }
    }

    private void OnReported()
    {
        if (!Interlocked.Exchange(ref delivered, false))
        {
            return;
        }

        Interlocked.Exchange(ref progressAt, time.GetTimestamp());
        Interlocked.Exchange(ref lastAckTicks, time.GetUtcNow().UtcTicks);
        Volatile.Write(ref trouble, null);
        _ = buffer.Acknowledge(window.Acked);
    }

    private void OnTrouble(KafkaError error)
    {
        if (error.IsFatal || error.AreAllBrokersDown)
        {
            failure.TrySetResult(Trouble ?? error.Reason);
        }
        else
        {
            Volatile.Write(ref trouble, error.Reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Kafka refuses the heartbeat: {Reason}; events go on, but the cloud does not hear how this gateway is. Raise max.message.bytes of its topic")]
    private static partial void LogHeartbeatRefused(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Kafka client: {Line}")]
    private static partial void LogLibrary(ILogger log, string line);
}
