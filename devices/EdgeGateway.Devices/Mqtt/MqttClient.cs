using EdgeGateway.Devices.Mqtt.Client;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Our own MQTT client (5, or 3.1.1 where the broker knows no other), because an acknowledgement must wait for the
/// commit. It keeps a persistent session and connects again by itself, with back-off, for as long as it runs.
/// </summary>
/// <remarks>
/// What the broker kept from before arrives as soon as <see cref="RunAsync"/> starts: hold it with
/// <see cref="HoldUnheard"/> until everybody listens. Stop the client before its listeners.
/// </remarks>
public sealed class MqttClient(MqttOptions options, TimeProvider time, ILogger log) : IMessageBus
{
    /// <summary>A subscription nobody renewed for that long was removed on purpose, not to be replaced.</summary>
    private static readonly TimeSpan UnsubscribeAfter = TimeSpan.FromSeconds(30);

    private const int MaxPublishing = 16;

    private readonly Subscriptions subscriptions = new(time, options.HandlerGrace);
    private readonly InboundSession session = new(options.MaxInFlight);
    private readonly SemaphoreSlim publishing = new(MaxPublishing, MaxPublishing);
    private volatile MqttConnection? current;
    private volatile TaskCompletionSource<MqttConnection> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? presentTrouble = "not yet connected";
    private CancellationToken running = new(canceled: true);
    private bool wasConnected;

    public event Action? Changed;

    public string? Trouble => presentTrouble;

    /// <summary>Connects and stays connected until stopped; ends without an exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        running = stop;
        subscriptions.StartGrace();
        var delay = new ReconnectDelay();
        var newest = MqttVersion.V5;
        var version = newest;
        while (!stop.IsCancellationRequested)
        {
            var connectedFor = TimeSpan.Zero;
            try
            {
                var connection = await MqttConnection.OpenAsync(options, version, subscriptions, session, time, log, stop);
                var since = time.GetTimestamp();
                try
                {
                    await UseAsync(connection, stop);
                }
                finally
                {
                    connectedFor = time.GetElapsedTime(since);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (MqttRefusedException e) when (e.Cause == RefusalCause.Version && version == MqttVersion.V5)
            {
                log.LogInformation("MQTT broker {Host}:{Port} does not speak MQTT 5; using 3.1.1", options.Host, options.Port);
                version = newest = MqttVersion.V311;
                continue;
            }
            catch (Exception e)
            {
                // Whatever broke this connection, the next one may do.
                SayTrouble(Describe(e));
                var hungUp = e is MqttRefusedException { Cause: RefusalCause.HungUp };
                version = hungUp && version == MqttVersion.V5 ? MqttVersion.V311 : newest;
            }

            await Task.Delay(delay.Next(connectedFor), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        if (subscriptions.Add(subscription))
        {
            current?.Subscribe(filter, retainedAgain: true);
        }

        return new Listening(this, subscription);
    }

    public async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancel)
    {
        await publishing.WaitAsync(cancel);
        try
        {
            while (true)
            {
                var connection = await connected.Task.WaitAsync(cancel);
                if (await connection.TryPublishAsync(topic, payload, retain, cancel))
                {
                    return;
                }

                // Lost on the way, and perhaps arrived: QoS 1 sends it again.
                await connection.Ended.WaitAsync(cancel);
            }
        }
        finally
        {
            publishing.Release();
        }
    }

    private async Task UseAsync(MqttConnection connection, CancellationToken stop)
    {
        if (!connection.SessionPresent)
        {
            session.Clear();
        }

        connection.SubscriptionRefused += SayRefused;
        current = connection;
        SayConnected(connection);
        connected.TrySetResult(connection);
        try
        {
            await connection.RunAsync(retainedAgain: !wasConnected, stop);
        }
        finally
        {
            wasConnected = true;
            current = null;
            connected = new TaskCompletionSource<MqttConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.MarkEnded();
        }
    }

    private async Task UnsubscribeAsync(Subscription subscription)
    {
        try
        {
            // Neither a stop (the session goes on) nor a new configuration that names the filter again ends it.
            await Task.Delay(subscription.IsBrief ? TimeSpan.Zero : UnsubscribeAfter, time, running);
            var connection = await connected.Task.WaitAsync(running);
            if (!subscriptions.IsHeard(subscription.Filter))
            {
                connection.Unsubscribe(subscription.Filter);
            }
        }
        catch (OperationCanceledException)
        {
            log.LogDebug("MQTT subscription to '{Filter}' stays with the session", subscription.Filter);
        }
    }

    private string Describe(Exception e) => e switch
    {
        MqttProtocolException => $"MQTT broker {options.Host}:{options.Port} broke the protocol: {e.Message}",
        System.Security.Authentication.AuthenticationException =>
            $"no TLS with MQTT broker {options.Host}:{options.Port}: {e.GetBaseException().Message}; check mqtt.caFile and the broker's certificate",
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException =>
            $"cannot read mqtt.caFile {options.CaFile}: {e.Message}",
        MqttRefusedException or IOException or System.Net.Sockets.SocketException or TimeoutException =>
            $"MQTT broker {options.Host}:{options.Port}: {e.Message}",
        _ => $"MQTT broker {options.Host}:{options.Port}: {e.GetType().Name}: {e.Message}",
    };

    private void SayTrouble(string trouble)
    {
        // The same trouble at each attempt is said once.
        if (!string.Equals(presentTrouble, trouble, StringComparison.Ordinal))
        {
            log.LogWarning("{Trouble}; will connect again", trouble);
            presentTrouble = trouble;
            Changed?.Invoke();
        }
    }

    private void SayRefused(string refusal)
    {
        log.LogError("MQTT subscription: {Refusal}; nothing arrives for its devices until the broker's access list allows it", refusal);
        presentTrouble = refusal;
        Changed?.Invoke();
    }

    private void SayConnected(MqttConnection connection)
    {
        log.LogInformation(
            "Connected to MQTT broker {Host}:{Port} with MQTT {Version}{Tls}, {Session} session",
            options.Host, options.Port, connection.Version == MqttVersion.V5 ? "5" : "3.1.1",
            options.CaFile is null ? "" : " over TLS", connection.SessionPresent ? "kept" : "new");
        presentTrouble = null;
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
