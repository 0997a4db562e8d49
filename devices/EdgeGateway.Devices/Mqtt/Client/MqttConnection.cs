using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>
/// One connection to the broker, from CONNACK to its end: <see cref="PacketReceiver"/> reads, <see cref="InboundMessages"/> hands out and
/// answers, <see cref="PacketSender"/> sends, each in a loop of its own.
/// </summary>
internal sealed class MqttConnection
{
    private static readonly TimeSpan FinishHandlers = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FinishSending = TimeSpan.FromSeconds(1);

    private readonly MqttOptions options;
    private readonly MqttVersion version;
    private readonly Subscriptions subscriptions;
    private readonly TimeProvider time;
    private readonly Stream stream;
    private readonly PipeReader input;
    private readonly ConnAckPacket connAck;
    private readonly PacketSender sender;
    private readonly InboundMessages messages;
    private readonly PacketReceiver receiver;
    private readonly OutboundRequests requests = new();
    private readonly TaskCompletionSource failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MqttConnection(
        MqttOptions options, MqttVersion version, Subscriptions subscriptions, InboundSession session, TimeProvider time, ILogger log,
        Stream stream, PipeReader input, ConnAckPacket answer)
    {
        this.options = options;
        this.version = version;
        this.subscriptions = subscriptions;
        this.time = time;
        this.stream = stream;
        this.input = input;
        connAck = answer;
        sender = new PacketSender(stream, options, session, failure);
        messages = new InboundMessages(options, version, subscriptions, session, sender, failure, time, log);
        receiver = new PacketReceiver(input, options, version, messages, requests, sender, time);
    }

    public MqttVersion Version => version;

    /// <summary>Completes when the client has let go of this connection.</summary>
    public Task Ended => ended.Task;

    public bool SessionPresent => connAck.SessionPresent;

    /// <summary>Topic filters the broker does not let us hear.</summary>
    public event Action<string>? SubscriptionRefused;

    /// <summary>Connects and waits for the broker's consent.</summary>
    /// <exception cref="MqttRefusedException">The broker does not want us, or not this version.</exception>
    /// <exception cref="TimeoutException">The broker did not answer in time.</exception>
    public static async Task<MqttConnection> OpenAsync(
        MqttOptions options, MqttVersion version, Subscriptions subscriptions, InboundSession session, TimeProvider time, ILogger log,
        CancellationToken stop)
    {
        var (stream, input, answer) = await MqttHandshake.OpenAsync(options, version, time, stop);
        return new MqttConnection(options, version, subscriptions, session, time, log, stream, input, answer);
    }

    /// <summary>Runs until stopped, or until the connection ends: then with the exception that says why.</summary>
    /// <param name="retainedAgain">Have retained messages sent even where the session already has the subscription.</param>
    /// <param name="stop">Stops reading, waits a moment for handlers, and says goodbye.</param>
    public async Task RunAsync(bool retainedAgain, CancellationToken stop)
    {
        using var stopReading = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var stopWriting = new CancellationTokenSource();
        var acknowledging = messages.AcknowledgeAsync();
        var reading = receiver.RunAsync(stopReading.Token);
        var writing = sender.RunAsync(stopWriting.Token);
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
            messages.Complete();
            if (stop.IsCancellationRequested)
            {
                await acknowledging.WaitAsync(FinishHandlers, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            sender.Close(version, reason);
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
        sender.Send(output => PacketWriter.Subscribe(output, id, filter, version, identifier, retainedAgain));
    }

    public void Unsubscribe(string filter)
    {
        var id = requests.Begin(PacketType.UnsubAck, static _ => { });
        sender.Send(output => PacketWriter.Unsubscribe(output, id, filter, version));
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
        sender.Send(output => PacketWriter.Publish(output, id, topic, payload.Span, retain, version));
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

    private async Task KeepAliveAsync(CancellationToken cancel)
    {
        var keepAlive = connAck.ServerKeepAliveSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : options.KeepAlive;
        using var timer = new PeriodicTimer(keepAlive / 2, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            var silence = receiver.Silence;
            if (silence > keepAlive * 1.5)
            {
                throw new TimeoutException($"nothing came from the broker for {silence.TotalSeconds:0} s");
            }

            sender.Send(PacketWriter.PingRequest);
        }
    }
}
