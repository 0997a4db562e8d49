using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeGateway.Hosting;
using static EdgeGateway.Agent.Uplink.LibRdKafka;

namespace EdgeGateway.Agent.Uplink;

/// <summary>
/// A producer on the librdkafka that Confluent.Kafka is configured for. Confluent's own Produce spends some 4 µs and 800
/// bytes of garbage on a record with headers, more than everything else on a record's way from disk to Kafka; this one
/// hands spans over and allocates nothing. Records may be produced by one thread at a time; reports come on a thread of its own.
/// </summary>
internal sealed unsafe class RecordProducer : IDisposable
{
    private const int PollMilliseconds = 100;
    private const int ErrorTextBytes = 512;

    private readonly nint client;
    private readonly GCHandle self;
    private readonly Thread polling;
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
            var arguments = stackalloc Argument[12];
            arguments[0] = new Argument { Type = ArgumentType.Topic, Value = new ArgumentValue { Pointer = TopicHandle(topic) } };
            arguments[1] = new Argument { Type = ArgumentType.MessageFlags, Value = new ArgumentValue { Number = CopyPayload } };
            arguments[2] = new Argument { Type = ArgumentType.Opaque, Value = new ArgumentValue { Pointer = ticket } };
            arguments[3] = new Argument { Type = ArgumentType.Key, Value = new ArgumentValue { Memory = new Memory { Data = keyData, Length = (nuint)key.Length } } };
            arguments[4] = new Argument { Type = ArgumentType.Value, Value = new ArgumentValue { Memory = new Memory { Data = valueData, Length = (nuint)value.Length } } };
            arguments[5] = HeaderOf("ce_specversion"u8, Constant("1.0"u8), "1.0"u8.Length);
            arguments[6] = HeaderOf("ce_id"u8, id, headers.Id.Length);
            arguments[7] = HeaderOf("ce_source"u8, source, headers.Source.Length);
            arguments[8] = HeaderOf("ce_type"u8, type, headers.Type.Length);
            arguments[9] = HeaderOf("ce_time"u8, time, headers.Time.Length);
            arguments[10] = HeaderOf("ce_subject"u8, subject, headers.Subject.Length);
            arguments[11] = HeaderOf("content-type"u8, Constant("application/json"u8), "application/json"u8.Length);
            var error = LibRdKafka.Produce(client, arguments, 12);
            if (error == 0)
            {
                return null;
            }

            var reason = Text(ErrorString(error));
            ErrorDestroy(error);
            return reason;
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
        polling.Join();
        foreach (var topic in topics.Values)
        {
            TopicDestroy(topic);
        }

        Destroy(client);
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
            if (Poll(client, PollMilliseconds) > 0)
            {
                reported();
            }
        }
    }

    private static Argument HeaderOf(ReadOnlySpan<byte> name, byte* data, int length) =>
        new() { Type = ArgumentType.Header, Value = new ArgumentValue { Header = new Header { Name = Constant(name), Data = data, Length = length } } };

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
