using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// The same port on MQTTnet, acknowledging by hand. It keeps a persistent session and connects again by itself, with
/// back-off, for as long as it runs.
/// </summary>
/// <remarks>
/// Weaker than our own client in two ways: MQTTnet takes a packet of any size into memory before it is cut; and as it
/// does not show PUBREL, a QoS 2 message whose PUBREC got lost with the connection is handled again.
/// </remarks>
public sealed class MqttClient(MqttOptions options, TimeProvider time, ILogger log) : IMessageBus
{
    /// <summary>A subscription nobody renewed for that long was removed on purpose, not to be replaced.</summary>
    private static readonly TimeSpan UnsubscribeAfter = TimeSpan.FromSeconds(30);

    private const int MaxPublishing = 16;
    private const int OversizeSampleBytes = 256;

    private readonly Subscriptions subscriptions = new(time, options.HandlerGrace);
    private readonly InboundSession session = new(options.MaxInFlight);
    private readonly SemaphoreSlim publishing = new(MaxPublishing, MaxPublishing);
    private volatile TaskCompletionSource<IMqttClient> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? trouble = "not yet connected";
    private CancellationToken running = new(canceled: true);
    private bool wasConnected;

    public event Action? Changed;

    public string? Trouble => trouble;

    /// <summary>Connects and stays connected until stopped; ends without an exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        running = stop;
        subscriptions.StartGrace();
        var delay = new ReconnectDelay();
        var version = MqttProtocolVersion.V500;
        while (!stop.IsCancellationRequested)
        {
            var since = time.GetTimestamp();
            using var client = new MqttClientFactory().CreateMqttClient();
            try
            {
                var answer = await ConnectAsync(client, version, stop);
                if (answer == MqttClientConnectResultCode.UnsupportedProtocolVersion && version == MqttProtocolVersion.V500)
                {
                    version = MqttProtocolVersion.V311;
                    continue;
                }

                SayTrouble($"MQTT broker {options.Host}:{options.Port} refused the connection: {answer}; check mqtt.username and mqtt.passwordFile");
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever broke this connection, the next one may do.
                SayTrouble(Describe(e.GetBaseException()));
            }

            await Task.Delay(delay.Next(time.GetElapsedTime(since)), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Until disposed, messages that nobody listens to wait, however long. For while devices are being started: on a
    /// slow machine that takes longer than <see cref="MqttOptions.HandlerGrace"/>, and the broker sends at once what it kept.
    /// </summary>
    public IDisposable HoldUnheard() => subscriptions.Hold();

    public IDisposable Subscribe(string filter, Func<MqttMessage, Task> handle) => Subscribe(filter, handle, isBrief: false);

    public IDisposable SubscribeBriefly(string filter, Func<MqttMessage, Task> handle) => Subscribe(filter, handle, isBrief: true);

    private Listening Subscribe(string filter, Func<MqttMessage, Task> handle, bool isBrief)
    {
        if (TopicFilter.Mistake(filter) is { } mistake)
        {
            throw new ArgumentException($"'{filter}' is no topic filter: {mistake}", nameof(filter));
        }

        var subscription = new Subscription(filter, handle, isBrief);
        if (subscriptions.Add(subscription) && connected.Task is { IsCompletedSuccessfully: true } now)
        {
            _ = SubscribeAsync(now.Result, filter, running);
        }

        return new Listening(this, subscription);
    }

    public async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancel)
    {
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload.ToArray()).WithRetainFlag(retain)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        await publishing.WaitAsync(cancel);
        try
        {
            while (true)
            {
                var client = await connected.Task.WaitAsync(cancel);
                try
                {
                    var result = await client.PublishAsync(message, cancel);
                    if (!result.IsSuccess)
                    {
                        throw new InvalidOperationException($"the broker refused a message to '{topic}': {result.ReasonCode}");
                    }

                    return;
                }
                catch (Exception e) when (e is MQTTnet.Exceptions.MqttCommunicationException or ObjectDisposedException)
                {
                    // Lost on the way, and perhaps arrived: QoS 1 sends it again once the client has connected anew.
                    log.LogDebug("MQTT message to '{Topic}' is sent again: {Cause}", topic, e.Message);
                    await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancel);
                }
            }
        }
        finally
        {
            publishing.Release();
        }
    }

    /// <summary>Stays until the connection ends, which is an exception; returns only a refusal.</summary>
    private async Task<MqttClientConnectResultCode> ConnectAsync(IMqttClient client, MqttProtocolVersion version, CancellationToken stop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pending = Channel.CreateBounded<(MqttApplicationMessageReceivedEventArgs Message, Task Handling)>(options.MaxInFlight);
        client.DisconnectedAsync += gone =>
        {
            ended.TrySetException(new IOException(
                $"the connection ended: {gone.Exception?.GetBaseException().Message ?? $"{gone.Reason}"}; if it does so again and again, another client uses our client id '{options.ClientId}'"));
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += received => HandOutAsync(received, pending.Writer, stop);
        var answer = await client.ConnectAsync(ConnectOptions(version), stop);
        if (answer.ResultCode != MqttClientConnectResultCode.Success)
        {
            return answer.ResultCode;
        }

        if (!answer.IsSessionPresent)
        {
            session.Clear();
        }

        var acknowledging = AcknowledgeAsync(pending.Reader, ended);
        try
        {
            log.LogInformation(
                "Connected to MQTT broker {Host}:{Port} with {Version}{Tls}", options.Host, options.Port, version, options.CaFile is null ? "" : " over TLS");
            SetTrouble(null);
            connected.TrySetResult(client);
            foreach (var filter in subscriptions.All.Select(subscription => subscription.Filter).Distinct(StringComparer.Ordinal))
            {
                await SubscribeAsync(client, filter, stop);
            }

            wasConnected = true;
            await ended.Task.WaitAsync(stop);
            return answer.ResultCode;
        }
        finally
        {
            connected = new TaskCompletionSource<IMqttClient>(TaskCreationOptions.RunContinuationsAsynchronously);
            pending.Writer.TryComplete();
            if (stop.IsCancellationRequested)
            {
                await acknowledging.WaitAsync(TimeSpan.FromSeconds(2), time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await client.TryDisconnectAsync();
        }
    }

    private MqttClientOptions ConnectOptions(MqttProtocolVersion version)
    {
        var builder = new MqttClientOptionsBuilder().WithTcpServer(options.Host, options.Port).WithClientId(options.ClientId)
            .WithProtocolVersion(version).WithCleanSession(options.CleanSession).WithKeepAlivePeriod(options.KeepAlive)
            .WithTimeout(options.ConnectTimeout);
        if (version == MqttProtocolVersion.V500)
        {
            builder.WithSessionExpiryInterval(options.CleanSession ? 0 : uint.MaxValue).WithReceiveMaximum((ushort)options.MaxInFlight);
        }

        if (options.Username is not null)
        {
            builder.WithCredentials(options.Username, options.Password);
        }

        if (options.CaFile is not null)
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPemFile(options.CaFile);
            builder.WithTlsOptions(tls => tls.UseTls().WithTrustChain(trusted).WithRevocationMode(X509RevocationMode.NoCheck).WithTargetHost(options.Host));
        }

        return builder.Build();
    }

    private async Task SubscribeAsync(IMqttClient client, string filter, CancellationToken stop)
    {
        // What is retained is wanted when the gateway starts, not again at each reconnect.
        var retained = wasConnected ? MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly : MqttRetainHandling.SendAtSubscribe;
        var builder = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(topic => topic.WithTopic(filter).WithExactlyOnceQoS().WithRetainHandling(retained));
        if (client.Options?.ProtocolVersion == MqttProtocolVersion.V500)
        {
            builder.WithSubscriptionIdentifier((uint)Subscription.IdentifierOf(filter));
        }

        try
        {
            var result = await client.SubscribeAsync(builder.Build(), stop);
            if (result.Items.FirstOrDefault() is { } item && (int)item.ResultCode >= 0x80)
            {
                var refusal = $"the broker does not let us hear '{filter}': {item.ResultCode}";
                log.LogError("MQTT subscription: {Refusal}; nothing arrives for its devices until the broker's access list allows it", refusal);
                SetTrouble(refusal);
            }
        }
        catch (Exception e) when (e is MQTTnet.Exceptions.MqttCommunicationException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is lost; the next one subscribes to everything.
            log.LogDebug("MQTT subscription to '{Filter}' waits for the next connection: {Cause}", filter, e.Message);
        }
    }

    private async Task HandOutAsync(
        MqttApplicationMessageReceivedEventArgs received, ChannelWriter<(MqttApplicationMessageReceivedEventArgs Message, Task Handling)> pending,
        CancellationToken stop)
    {
        received.AutoAcknowledge = false;
        var message = received.ApplicationMessage;
        await session.Slots.WaitAsync(stop);
        Task? handling;
        if (!message.Dup || !session.TryFind(received.PacketIdentifier, out handling))
        {
            while (!TryInvoke(message, out handling) && subscriptions.GraceLeft is var left && left > TimeSpan.Zero)
            {
                await subscriptions.Changed.WaitAsync(left, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (message.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce)
            {
                session.Started(received.PacketIdentifier, handling);
            }
        }

        await pending.WriteAsync((received, handling), stop);
    }

    /// <summary>False when nobody listens.</summary>
    private bool TryInvoke(MqttApplicationMessage message, out Task handling)
    {
        var whole = message.Payload.IsSingleSegment ? message.Payload.First : message.Payload.ToArray();
        var kept = whole.Length > options.MaxPacketBytes ? whole[..OversizeSampleBytes] : whole;
        var heard = new MqttMessage(message.Topic, kept, message.Retain, whole.Length - kept.Length);
        var handlings = subscriptions.All
            .Where(listener => TopicFilter.Matches(listener.Filter, message.Topic)
                && (message.SubscriptionIdentifiers is not { Count: > 0 } named || named.Contains((uint)listener.Identifier)))
            .Select(listener => Invoke(listener, heard)).ToArray();
        handling = Task.WhenAll(handlings);
        return handlings.Length > 0;
    }

    private static Task Invoke(Subscription listener, in MqttMessage message)
    {
        try
        {
            return listener.Handle(message);
        }
        catch (Exception e)
        {
            // A handler that throws has failed like one whose task fails.
            return Task.FromException(e);
        }
    }

    private async Task AcknowledgeAsync(ChannelReader<(MqttApplicationMessageReceivedEventArgs Message, Task Handling)> pending, TaskCompletionSource ended)
    {
        await foreach (var (message, handling) in pending.ReadAllAsync())
        {
            await handling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            session.Slots.Release();
            if (!handling.IsCompletedSuccessfully)
            {
                // MQTT delivers again only over a new connection; and to acknowledge what came after it would break the order.
                ended.TrySetException(new IOException(
                    $"a message on '{message.ApplicationMessage.Topic}' could not be taken ({handling.Exception?.GetBaseException().Message ?? "cancelled"})"));
            }
            else if (!ended.Task.IsCompleted)
            {
                session.Forget(message.PacketIdentifier);
                await message.AcknowledgeAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task UnsubscribeAsync(Subscription subscription)
    {
        try
        {
            // Neither a stop (the session goes on) nor a new configuration that names the filter again ends it.
            await Task.Delay(subscription.IsBrief ? TimeSpan.Zero : UnsubscribeAfter, time, running);
            var client = await connected.Task.WaitAsync(running);
            if (!subscriptions.IsHeard(subscription.Filter))
            {
                await client.UnsubscribeAsync(new MqttClientUnsubscribeOptionsBuilder().WithTopicFilter(subscription.Filter).Build(), running);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or MQTTnet.Exceptions.MqttCommunicationException or ObjectDisposedException)
        {
            log.LogDebug("MQTT subscription to '{Filter}' stays with the session", subscription.Filter);
        }
    }

    private string Describe(Exception e) => e switch
    {
        System.Security.Authentication.AuthenticationException =>
            $"no TLS with MQTT broker {options.Host}:{options.Port}: {e.Message}; check mqtt.caFile and the broker's certificate",
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException =>
            $"cannot read mqtt.caFile {options.CaFile}: {e.Message}",
        _ => $"MQTT broker {options.Host}:{options.Port}: {e.Message}",
    };

    private void SayTrouble(string said)
    {
        // The same trouble at each attempt is said once.
        if (!string.Equals(trouble, said, StringComparison.Ordinal))
        {
            log.LogWarning("{Trouble}; will connect again", said);
            SetTrouble(said);
        }
    }

    private void SetTrouble(string? said)
    {
        trouble = said;
        Changed?.Invoke();
    }

    private sealed class Listening(MqttClient client, Subscription subscription) : IDisposable
    {
        private int ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0)
            {
                client.subscriptions.Remove(subscription);
                _ = client.UnsubscribeAsync(subscription);
            }
        }
    }
}
