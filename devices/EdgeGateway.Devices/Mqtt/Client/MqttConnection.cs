using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>
/// One connection to the broker, from CONNACK to its end. A read loop hands messages out in order of arrival; an
/// acknowledge loop follows it and answers in the same order as handlers finish; a write loop sends whatever has
/// gathered meanwhile in one go.
/// </summary>
internal sealed class MqttConnection
{
    private const int ReceiveBufferBytes = 64 * 1024;
    private const int MaxUnsentBytes = 8 * 1024 * 1024;

    /// <summary>Of a payload that is not kept, what is shown to a person.</summary>
    private const int OversizeSampleBytes = 256;

    private static readonly TimeSpan FinishHandlers = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FinishSending = TimeSpan.FromSeconds(1);

    private readonly MqttOptions options;
    private readonly Subscriptions subscriptions;
    private readonly InboundSession session;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly MqttVersion version;
    private readonly ConnAckPacket connAck;
    private readonly Stream stream;
    private readonly PipeReader input;

    private readonly Lock sending = new();
    private readonly Pipe output = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Channel<Pending> pending;
    private readonly TaskCompletionSource failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OutboundRequests requests = new();
    private long unsentBytes;
    private bool closed;

    private byte[] scratch = [];
    private int skip;
    private long lastReceived;
    private volatile bool heldBack;
    private bool saidUnwanted;

    private MqttConnection(
        MqttOptions options, MqttVersion version, Subscriptions subscriptions, InboundSession session, TimeProvider time, ILogger log,
        Stream stream, PipeReader input, ConnAckPacket answer)
    {
        this.options = options;
        this.version = version;
        this.subscriptions = subscriptions;
        this.session = session;
        this.time = time;
        this.log = log;
        this.stream = stream;
        this.input = input;
        connAck = answer;
        lastReceived = time.GetTimestamp();
        pending = Channel.CreateBounded<Pending>(
            new BoundedChannelOptions(options.MaxInFlight) { SingleReader = true, SingleWriter = true });
    }

    private enum Step
    {
        Done,
        NeedBytes,
        NeedSlot,
        NeedListener,
    }

    public MqttVersion Version => version;

    /// <summary>Completes when the client has let go of this connection.</summary>
    public Task Ended => ended.Task;

    public bool SessionPresent => connAck.SessionPresent;

    /// <summary>Topic filters the broker does not let us hear.</summary>
    public event Action<string>? SubscriptionRefused;

    /// <summary>Connects and waits for the broker's consent.</summary>
    /// <exception cref="MqttRefusedException">The broker does not want us, or not this version.</exception>
    public static async Task<MqttConnection> OpenAsync(
        MqttOptions options, MqttVersion version, Subscriptions subscriptions, InboundSession session, TimeProvider time, ILogger log,
        CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        Stream? stream = null;
        try
        {
            stream = await MqttTransport.OpenAsync(options, cancel.Token);
            var connect = new ArrayBufferWriter<byte>();
            PacketWriter.Connect(connect, options, version);
            await stream.WriteAsync(connect.WrittenMemory, cancel.Token);
            var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReceiveBufferBytes, leaveOpen: true));
            var answer = await ReadAnswerAsync(input, options, version, cancel.Token);
            return new MqttConnection(options, version, subscriptions, session, time, log, stream, input, answer);
        }
        catch (Exception e)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            if (e is OperationCanceledException && !stop.IsCancellationRequested)
            {
                throw new TimeoutException($"no answer within {options.ConnectTimeout.TotalSeconds:0.#} s", e);
            }

            throw;
        }
    }

    /// <summary>Runs until stopped, or until the connection ends: then with the exception that says why.</summary>
    /// <param name="retainedAgain">Have retained messages sent even where the session already has the subscription.</param>
    /// <param name="stop">Stops reading, waits a moment for handlers, and says goodbye.</param>
    public async Task RunAsync(bool retainedAgain, CancellationToken stop)
    {
        using var stopReading = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var stopWriting = new CancellationTokenSource();
        var acknowledging = AcknowledgeAsync();
        var reading = ReadAsync(stopReading.Token);
        var writing = WriteAsync(stopWriting.Token);
        var pinging = KeepAliveAsync(stopReading.Token);
        foreach (var filter in subscriptions.All.Select(subscription => subscription.Filter).Distinct(StringComparer.Ordinal))
        {
            Subscribe(filter, retainedAgain);
        }

        byte reason = 0;
        try
        {
            await await Task.WhenAny(reading, writing, pinging, failure.Task);
        }
        catch (MqttProtocolException e)
        {
            reason = e.Reason;
            throw;
        }
        finally
        {
            await stopReading.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await pinging.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await input.CompleteAsync();

            // The acknowledge loop outlives the connection: it gives back the slots of handlers still at work.
            pending.Writer.Complete();
            if (stop.IsCancellationRequested)
            {
                await acknowledging.WaitAsync(FinishHandlers, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            Close(reason);
            await writing.WaitAsync(FinishSending, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await stopWriting.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                await WaitForHangUpAsync().WaitAsync(FinishSending, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await stream.DisposeAsync();
            requests.FailAll();
        }
    }

    public void Subscribe(string filter, bool retainedAgain)
    {
        var identifier = connAck.SubscriptionIdentifiers ? Subscription.IdentifierOf(filter) : 0;
        var id = requests.Begin(PacketType.SubAck, code =>
        {
            if (code >= 0x80)
            {
                SubscriptionRefused?.Invoke($"the broker does not let us hear '{filter}': {ReasonCode.Describe(code)}");
            }
        });
        Send(output => PacketWriter.Subscribe(output, id, filter, version, identifier, retainedAgain));
    }

    public void Unsubscribe(string filter)
    {
        var id = requests.Begin(PacketType.UnsubAck, static _ => { });
        Send(output => PacketWriter.Unsubscribe(output, id, filter, version));
    }

    /// <summary>Sends at QoS 1 and waits for the broker; false when the connection ended first.</summary>
    /// <exception cref="InvalidOperationException">The broker refused the message.</exception>
    public async Task<bool> TryPublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancel)
    {
        const int LargestHeader = 12;
        if (payload.Length + (topic.Length * 3L) + LargestHeader > connAck.MaximumPacketSize)
        {
            throw new InvalidOperationException(
                $"cannot publish {payload.Length} bytes to '{topic}': the broker takes packets of {connAck.MaximumPacketSize} bytes at most");
        }

        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = requests.Begin(PacketType.PubAck, code => done.TrySetResult(code), () => done.TrySetResult(-1));
        Send(output => PacketWriter.Publish(output, id, topic, payload.Span, retain, version));
        var answer = await done.Task.WaitAsync(cancel);
        return answer < 0x80
            ? answer >= 0
            : throw new InvalidOperationException($"the broker refused a message to '{topic}': {ReasonCode.Describe((byte)answer)}");
    }

    public void MarkEnded() => ended.TrySetResult();

    /// <summary>A broker that cannot send its answers gives up the connection, and with it what of our acknowledgements it has not read yet.</summary>
    private async Task WaitForHangUpAsync()
    {
        var ignored = new byte[4096];
        while (await stream.ReadAsync(ignored) > 0)
        {
        }
    }

    private static async Task<ConnAckPacket> ReadAnswerAsync(PipeReader input, MqttOptions options, MqttVersion version, CancellationToken cancel)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancel);
            var buffer = read.Buffer;
            if (PacketHeader.TryRead(buffer, out var header))
            {
                if (header.Type != PacketType.ConnAck || header.BodyLength > options.MaxPacketBytes)
                {
                    throw new MqttProtocolException($"CONNECT was answered by a packet of type {(int)header.Type} and {header.BodyLength} bytes");
                }

                if (buffer.Length >= header.Length + header.BodyLength)
                {
                    var body = buffer.Slice(header.Length, header.BodyLength);
                    var answer = ConnAckPacket.Parse(body.ToArray(), version);
                    input.AdvanceTo(body.End);
                    if (answer.Code == 0)
                    {
                        return answer;
                    }

                    var unknownVersion = answer.Code is ReasonCode.UnsupportedVersion or ReasonCode.UnsupportedVersion311;
                    throw new MqttRefusedException(
                        $"the broker refused the connection: {ReasonCode.Describe(answer.Code)}{(answer.ReasonString is { } said ? $" ({said})" : "")}",
                        unknownVersion ? RefusalCause.Version : RefusalCause.Other);
                }
            }

            if (read.IsCompleted)
            {
                throw new MqttRefusedException("the broker hung up instead of answering CONNECT", RefusalCause.HungUp);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async Task ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancel);
            Volatile.Write(ref lastReceived, time.GetTimestamp());
            var rest = read.Buffer;
            while (true)
            {
                var step = TakePacket(ref rest);
                if (step == Step.NeedBytes)
                {
                    break;
                }

                if (step != Step.Done)
                {
                    await HoldBackAsync(step, cancel);
                }
            }

            if (read.IsCompleted)
            {
                throw new IOException(
                    $"the broker closed the connection; if it does so again and again, another client uses our client id '{options.ClientId}'");
            }

            input.AdvanceTo(rest.Start, rest.End);
        }
    }

    /// <summary>Nothing more is read, and TCP tells the broker, until the packet at hand can be handed out.</summary>
    private async Task HoldBackAsync(Step step, CancellationToken cancel)
    {
        heldBack = true;
        if (step == Step.NeedSlot)
        {
            await session.Slots.WaitAsync(cancel);
            session.Slots.Release();
        }
        else
        {
            var left = subscriptions.GraceLeft;
            if (left > TimeSpan.Zero)
            {
                await subscriptions.Changed.WaitAsync(left, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancel.ThrowIfCancellationRequested();
            }
        }

        Volatile.Write(ref lastReceived, time.GetTimestamp());
        heldBack = false;
    }

    /// <summary>Handles the first packet of <paramref name="rest"/> and cuts it off, when it is whole and may go on.</summary>
    private Step TakePacket(ref ReadOnlySequence<byte> rest)
    {
        if (skip > 0)
        {
            var skipped = (int)Math.Min(skip, rest.Length);
            skip -= skipped;
            rest = rest.Slice(skipped);
        }

        if (!PacketHeader.TryRead(rest, out var header))
        {
            return Step.NeedBytes;
        }

        if (header.BodyLength > options.MaxPacketBytes && header.Type != PacketType.Publish)
        {
            throw new MqttProtocolException(
                $"a packet of type {(int)header.Type} has {header.BodyLength} bytes", MqttProtocolException.TooLarge);
        }

        var kept = Math.Min(header.BodyLength, options.MaxPacketBytes);
        if (rest.Length < header.Length + kept)
        {
            return Step.NeedBytes;
        }

        var body = Contiguous(rest.Slice(header.Length, kept));
        if (header.Type == PacketType.Publish)
        {
            var step = HandOut(header, body);
            if (step != Step.Done)
            {
                return step;
            }
        }
        else
        {
            TakeAnswer(header, body.Span);
        }

        rest = rest.Slice(header.Length + kept);
        skip = header.BodyLength - kept;
        return Step.Done;
    }

    private ReadOnlyMemory<byte> Contiguous(ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            return body.First;
        }

        var length = (int)body.Length;
        if (scratch.Length < length)
        {
            scratch = new byte[length];
        }

        body.CopyTo(scratch);
        return scratch.AsMemory(0, length);
    }

    private Step HandOut(PacketHeader header, ReadOnlyMemory<byte> body)
    {
        if (!session.Slots.Wait(0))
        {
            return Step.NeedSlot;
        }

        var handedOut = false;
        try
        {
            var packet = PublishPacket.Parse(header, body.Span, version);
            var route = subscriptions.Find(packet.Topic);
            Task? handling = null;
            if (!packet.Duplicate || !session.TryFind(packet.Id, out handling))
            {
                var payload = body[packet.PayloadOffset..];
                var omitted = header.BodyLength - body.Length;
                if (omitted > 0 && payload.Length > OversizeSampleBytes)
                {
                    omitted += payload.Length - OversizeSampleBytes;
                    payload = payload[..OversizeSampleBytes];
                }

                handling = Invoke(packet, route, new MqttMessage(route.Topic, payload, packet.Retained, omitted));
                if (handling is null)
                {
                    if (subscriptions.GraceLeft > TimeSpan.Zero)
                    {
                        return Step.NeedListener;
                    }

                    SayUnwanted(route.Topic);
                    handling = Task.CompletedTask;
                }

                if (packet.Qos > 0)
                {
                    session.Started(packet.Id, handling);
                }
            }

            handedOut = pending.Writer.TryWrite(new Pending(handling, route.Topic, packet.Id, packet.Qos));
            return Step.Done;
        }
        finally
        {
            if (!handedOut)
            {
                session.Slots.Release();
            }
        }
    }

    /// <summary>Null when nobody listens.</summary>
    private static Task? Invoke(in PublishPacket packet, Route route, in MqttMessage message)
    {
        Task? handling = null;
        List<Task>? several = null;
        foreach (var listener in route.Listeners)
        {
            if (packet.NamesSubscriptions && !packet.IsFor(listener.Identifier))
            {
                continue;
            }

            Task next;
            try
            {
                next = listener.Handle(message);
            }
            catch (Exception e)
            {
                // A handler that throws has failed like one whose task fails.
                next = Task.FromException(e);
            }

            if (handling is null)
            {
                handling = next;
            }
            else
            {
                several ??= [handling];
                several.Add(next);
            }
        }

        return several is null ? handling : Task.WhenAll(several);
    }

    private void SayUnwanted(string topic)
    {
        if (!saidUnwanted)
        {
            saidUnwanted = true;
            log.LogInformation(
                "MQTT message on '{Topic}' for which no device is configured (a subscription from an earlier configuration): dropped, and so are others like it",
                topic);
        }
    }

    private void TakeAnswer(PacketHeader header, ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        switch (header.Type)
        {
            case PacketType.PubAck:
            case PacketType.UnsubAck:
                requests.Complete(header.Type, reader.PacketId(), header.Type == PacketType.PubAck && !reader.AtEnd ? reader.Byte() : (byte)0);
                break;
            case PacketType.SubAck:
                var id = reader.PacketId();
                if (version == MqttVersion.V5)
                {
                    reader.Properties();
                }

                requests.Complete(header.Type, id, reader.Byte());
                break;
            case PacketType.PubRel:
                CompleteQos2(reader.PacketId());
                break;
            case PacketType.PingResp:
                break;
            case PacketType.Disconnect:
                throw new IOException($"the broker closed the connection: {(reader.AtEnd ? "no reason given" : ReasonCode.Describe(reader.Byte()))}");
            default:
                throw new MqttProtocolException(
                    $"a packet of type {(int)header.Type} is not for a client at this time", MqttProtocolException.ProtocolError);
        }
    }

    private void CompleteQos2(ushort id)
    {
        session.Forget(id);
        lock (sending)
        {
            if (!closed)
            {
                PacketWriter.Acknowledge(output.Writer, PacketType.PubComp, id);
                Flush();
            }
        }
    }

    private async Task AcknowledgeAsync()
    {
        var reader = pending.Reader;
        var failed = false;
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var message))
            {
                await message.Handling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                session.Slots.Release();
                if (!message.Handling.IsCompletedSuccessfully)
                {
                    failed = true;
                    Fail(message);
                }
                else if (!failed)
                {
                    var moreFollows = reader.TryPeek(out var next) && next.Handling.IsCompletedSuccessfully;
                    Acknowledge(message, flush: !moreFollows);
                }
            }
        }
    }

    private void Acknowledge(in Pending message, bool flush)
    {
        lock (sending)
        {
            if (closed)
            {
                return;
            }

            if (message.Qos == 1)
            {
                session.Forget(message.Id);
                PacketWriter.Acknowledge(output.Writer, PacketType.PubAck, message.Id);
            }
            else if (message.Qos == 2)
            {
                PacketWriter.Acknowledge(output.Writer, PacketType.PubRec, message.Id);
            }

            if (flush && output.Writer.UnflushedBytes > 0)
            {
                Flush();
            }
        }
    }

    private void Fail(in Pending message)
    {
        var cause = message.Handling.Exception?.GetBaseException().Message ?? "cancelled";

        // MQTT delivers again only over a new connection; and to acknowledge what came after it would break the order.
        failure.TrySetException(new IOException(message.Qos > 0
            ? $"a message on '{message.Topic}' could not be taken ({cause}); connecting again has the broker deliver it again"
            : $"a message on '{message.Topic}' could not be taken ({cause}); it came at QoS 0 and is lost"));
    }

    private void Send(Action<IBufferWriter<byte>> write)
    {
        lock (sending)
        {
            if (!closed)
            {
                write(output.Writer);
                Flush();
            }
        }
    }

    private void Close(byte reason)
    {
        lock (sending)
        {
            closed = true;
            PacketWriter.Disconnect(output.Writer, version, reason);
            output.Writer.Complete();
        }
    }

    /// <summary>Wakes the write loop. Only while holding <see cref="sending"/>.</summary>
    private void Flush()
    {
        var unsent = Interlocked.Add(ref unsentBytes, output.Writer.UnflushedBytes);
        if (unsent > MaxUnsentBytes + options.MaxPacketBytes)
        {
            failure.TrySetException(new IOException($"the broker sends but does not read: {unsent} bytes wait for it"));
        }

        // The pipe has no upper threshold, so this never waits.
        _ = output.Writer.FlushAsync();
    }

    private async Task WriteAsync(CancellationToken cancel)
    {
        var reader = output.Reader;
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            foreach (var segment in read.Buffer)
            {
                await stream.WriteAsync(segment, cancel);
            }

            Interlocked.Add(ref unsentBytes, -read.Buffer.Length);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                await stream.FlushAsync(cancel);
                return;
            }
        }
    }

    private async Task KeepAliveAsync(CancellationToken cancel)
    {
        var keepAlive = connAck.ServerKeepAliveSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : options.KeepAlive;
        using var timer = new PeriodicTimer(keepAlive / 2, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            // While messages are held back the answers lie unread behind them: that is not silence.
            var silence = time.GetElapsedTime(Volatile.Read(ref lastReceived));
            if (!heldBack && silence > keepAlive * 1.5)
            {
                throw new TimeoutException($"nothing came from the broker for {silence.TotalSeconds:0} s");
            }

            Send(PacketWriter.PingRequest);
        }
    }

    private readonly record struct Pending(Task Handling, string Topic, ushort Id, int Qos);
}
