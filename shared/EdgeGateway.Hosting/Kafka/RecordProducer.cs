using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static EdgeGateway.Hosting.LibRdKafka;

namespace EdgeGateway.Hosting;

/// <summary>
/// A producer on the librdkafka that Confluent.Kafka is configured for. Confluent's own Produce spends some 4 µs and 800
/// bytes of garbage on a record with headers, more than everything else on a record's way from disk to Kafka; this one
/// hands spans over and allocates nothing. Records may be produced by one thread at a time. Reports come on a thread of the producer's
/// own, except while a sender takes them itself.
/// </summary>
public sealed unsafe class RecordProducer : KafkaClient, IDisposable
{
    private const int PollMilliseconds = 100;

    private readonly Thread polling;
    private readonly ManualResetEventSlim pollingMayRun = new(initialState: true, spinCount: 0);
    private readonly Dictionary<string, nint> topics = new(StringComparer.Ordinal);
    private readonly Action<nint, DeliveryFailure?> delivered;
    private readonly Action reported;
    private volatile bool disposed;

    /// <param name="config">Keys and values of librdkafka's configuration.</param>
    /// <param name="delivered">Told of each record by its ticket, with the failure when Kafka does not have it.</param>
    /// <param name="reported">Called after a run of reports, for what need not be done for each of them.</param>
    /// <param name="failed">Told of trouble that the client goes on with, unless it is fatal.</param>
    /// <param name="log">Takes the library's own log lines with their syslog level; on any thread.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong or a file of it cannot be read.</exception>
    public RecordProducer(
        IEnumerable<KeyValuePair<string, string>> config, Action<nint, DeliveryFailure?> delivered, Action reported, Action<KafkaError> failed, Action<int, string> log)
        : base(ProducerType, config, static conf => ConfSetDelivered(conf, &OnDelivered), failed, log)
    {
        this.delivered = delivered;
        this.reported = reported;
        polling = new Thread(PollUntilDisposed) { IsBackground = true, Name = "kafka reports" };
        polling.Start();
    }

    /// <summary>Hands a record over; it is copied before this returns.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="key">Its key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="ticket">What its report will name it by.</param>
    /// <returns>Why it was not taken; null when it was.</returns>
    public string? Produce(string topic, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, RecordHeaders headers, nint ticket)
    {
        var all = headers.Arguments;
        fixed (byte* keyData = key, valueData = value)
        fixed (Argument* arguments = all)
        {
            arguments[0].Type = ArgumentType.Topic;
            arguments[0].Value.Pointer = TopicHandle(topic);
            arguments[1].Type = ArgumentType.Opaque;
            arguments[1].Value.Pointer = ticket;
            arguments[2].Type = ArgumentType.Key;
            arguments[2].Value.Memory = new Memory { Data = keyData, Length = (nuint)key.Length };
            arguments[3].Type = ArgumentType.Value;
            arguments[3].Value.Memory = new Memory { Data = valueData, Length = (nuint)value.Length };
            arguments[4].Type = ArgumentType.MessageFlags;
            arguments[4].Value.Number = CopyPayload;
            var error = LibRdKafka.Produce(Client, arguments, (nuint)all.Length);
            if (error == 0)
            {
                return null;
            }

            var reason = Text(ErrorString(error));
            ErrorDestroy(error);
            return reason;
        }
    }

    /// <summary>
    /// Says whether the caller takes the reports by <see cref="TakeReports"/>. A record is some ten pieces of memory, which are given
    /// back with its report: by the thread that asked for them that costs half as much as by another one.
    /// </summary>
    public void SenderTakesReports(bool yes)
    {
        if (yes)
        {
            pollingMayRun.Reset();
        }
        else
        {
            pollingMayRun.Set();
        }
    }

    /// <summary>Takes the reports that are there, or waits so long for some.</summary>
    public void TakeReports(int waitMilliseconds)
    {
        if (Poll(Client, waitMilliseconds) > 0)
        {
            reported();
        }
    }

    /// <summary>Ends the connections; what is not yet acknowledged is dropped without a report.</summary>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        pollingMayRun.Set();
        polling.Join();
        pollingMayRun.Dispose();
        foreach (var topic in topics.Values)
        {
            TopicDestroy(topic);
        }

        Destroy();
    }

    private nint TopicHandle(string topic)
    {
        if (!topics.TryGetValue(topic, out var handle))
        {
            handle = TopicNew(Client, topic, 0);
            topics.Add(topic, handle);
        }

        return handle;
    }

    private void PollUntilDisposed()
    {
        while (!disposed)
        {
            pollingMayRun.Wait();
            TakeReports(PollMilliseconds);
        }
    }

    private static DeliveryFailure Failure(Message* message) => new(
        message->Error is MessageTooLarge or BatchTooLarge or InvalidRecord or AnotherRecordInvalid,
        $"{Text(TopicName(message->Topic))}: {Text(ErrorText(message->Error))}");

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDelivered(nint client, Message* message, nint opaque) =>
        Of<RecordProducer>(opaque).delivered(message->Opaque, message->Error == 0 ? null : Failure(message));
}
