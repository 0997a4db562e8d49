using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeGateway.Hosting;
using static EdgeGateway.Agent.Uplink.LibRdKafka;

namespace EdgeGateway.Agent.Uplink;

/// <summary>
/// A producer on the librdkafka that Confluent.Kafka is configured for. Confluent's own Produce spends some 4 µs and 800
/// bytes of garbage on a record with headers, more than everything else on a record's way from disk to Kafka; this one
/// hands spans over and allocates nothing. Records may be produced by one thread at a time. Reports come on a thread of the producer's
/// own, except while a sender takes them itself.
/// </summary>
internal sealed unsafe class RecordProducer : IDisposable
{
    private const int PollMilliseconds = 100;
    private const int ErrorTextBytes = 512;
    private const int ArgumentCount = 12;

    private readonly nint client;
    private readonly GCHandle self;
    private readonly Thread polling;
    private readonly ManualResetEventSlim pollingMayRun = new(initialState: true, spinCount: 0);
    private readonly Argument* arguments = NewArguments();
    private readonly Dictionary<string, nint> topics = new(StringComparer.Ordinal);
    private readonly Action<nint, DeliveryFailure?> delivered;
    private readonly Action reported;
    private readonly Action<bool, string> failed;
    private readonly Action<string> log;
    private volatile bool disposed;

    static RecordProducer() => KafkaLibrary.Bind(typeof(RecordProducer).Assembly);

    /// <param name="config">Keys and values of librdkafka's configuration.</param>
    /// <param name="delivered">Told of each record by its ticket, with the failure when Kafka does not have it.</param>
    /// <param name="reported">Called after a run of reports, for what need not be done for each of them.</param>
    /// <param name="failed">Told of trouble: whether it is the end of this producer or of all connections, and why.</param>
    /// <param name="log">Takes the library's own log lines; on any thread.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong or a file of it cannot be read.</exception>
    public RecordProducer(
        IEnumerable<KeyValuePair<string, string>> config, Action<nint, DeliveryFailure?> delivered, Action reported, Action<bool, string> failed, Action<string> log)
    {
        this.delivered = delivered;
        this.reported = reported;
        this.failed = failed;
        this.log = log;
        self = GCHandle.Alloc(this);
        try
        {
            client = NewClient(config);
        }
        catch
        {
            NativeMemory.Free(arguments);
            self.Free();
            throw;
        }

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
    public string? Produce(string topic, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in CloudEventHeaders headers, nint ticket)
    {
        fixed (byte* keyData = key, valueData = value, id = headers.Id, source = headers.Source, type = headers.Type, time = headers.Time, subject = headers.Subject)
        {
            arguments[0].Value.Pointer = TopicHandle(topic);
            arguments[1].Value.Pointer = ticket;
            arguments[2].Value.Memory = new Memory { Data = keyData, Length = (nuint)key.Length };
            arguments[3].Value.Memory = new Memory { Data = valueData, Length = (nuint)value.Length };
            SetHeader(5, id, headers.Id);
            SetHeader(6, source, headers.Source);
            SetHeader(7, type, headers.Type);
            SetHeader(8, time, headers.Time);
            SetHeader(9, subject, headers.Subject);
            var error = LibRdKafka.Produce(client, arguments, ArgumentCount);
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
        if (Poll(client, waitMilliseconds) > 0)
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

        Destroy(client);
        NativeMemory.Free(arguments);
        self.Free();
    }

    private nint NewClient(IEnumerable<KeyValuePair<string, string>> config)
    {
        var error = stackalloc byte[ErrorTextBytes];
        var conf = ConfNew();
        foreach (var (name, value) in config)
        {
            if (ConfSet(conf, name, value, error, ErrorTextBytes) != ConfigurationOk)
            {
                ConfDestroy(conf);
                throw new InvalidOperationException(Text(error));
            }
        }

        ConfSetOpaque(conf, GCHandle.ToIntPtr(self));
        ConfSetDelivered(conf, &OnDelivered);
        ConfSetError(conf, &OnError);
        ConfSetLog(conf, &OnLog);
        var created = New(ProducerType, conf, error, ErrorTextBytes);
        if (created == 0)
        {
            ConfDestroy(conf);
            throw new InvalidOperationException(Text(error));
        }

        return created;
    }

    private nint TopicHandle(string topic)
    {
        if (!topics.TryGetValue(topic, out var handle))
        {
            handle = TopicNew(client, topic, 0);
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

    /// <summary>The arguments of every record, with what is the same in all of them.</summary>
    private static Argument* NewArguments()
    {
        var arguments = (Argument*)NativeMemory.AllocZeroed(ArgumentCount, (nuint)sizeof(Argument));
        arguments[0].Type = ArgumentType.Topic;
        arguments[1].Type = ArgumentType.Opaque;
        arguments[2].Type = ArgumentType.Key;
        arguments[3].Type = ArgumentType.Value;
        arguments[4] = HeaderNamed("ce_specversion"u8, "1.0"u8);
        arguments[5] = HeaderNamed("ce_id"u8);
        arguments[6] = HeaderNamed("ce_source"u8);
        arguments[7] = HeaderNamed("ce_type"u8);
        arguments[8] = HeaderNamed("ce_time"u8);
        arguments[9] = HeaderNamed("ce_subject"u8);
        arguments[10] = HeaderNamed("content-type"u8, "application/json"u8);
        arguments[11].Type = ArgumentType.MessageFlags;
        arguments[11].Value.Number = CopyPayload;
        return arguments;
    }

    private static Argument HeaderNamed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data = default) =>
        new() { Type = ArgumentType.Header, Value = new ArgumentValue { Header = new Header { Name = Constant(name), Data = Constant(data), Length = data.Length } } };

    private void SetHeader(int argument, byte* data, ReadOnlySpan<byte> bytes)
    {
        arguments[argument].Value.Header.Data = data;
        arguments[argument].Value.Header.Length = bytes.Length;
    }

    /// <summary>Address of a UTF-8 literal, which lies in the executable's image with a zero behind it and never moves.</summary>
    private static byte* Constant(ReadOnlySpan<byte> literal) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));

    private static DeliveryFailure Failure(Message* message) => new(
        message->Error is MessageTooLarge or BatchTooLarge or InvalidRecord or AnotherRecordInvalid,
        $"{Text(TopicName(message->Topic))}: {Text(ErrorText(message->Error))}");

    private static RecordProducer Of(nint opaque) => (RecordProducer)GCHandle.FromIntPtr(opaque).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDelivered(nint client, Message* message, nint opaque) =>
        Of(opaque).delivered(message->Opaque, message->Error == 0 ? null : Failure(message));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(nint client, int error, byte* reason, nint opaque) =>
        Of(opaque).failed(error is AllBrokersDown or Fatal, Text(reason));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(nint client, int level, byte* facility, byte* text)
    {
        // Lines of the client's own making come before it is known by its opaque.
        if (client != 0 && Opaque(client) is var opaque && opaque != 0)
        {
            Of(opaque).log($"{Text(facility)} {Text(text)}");
        }
    }
}
