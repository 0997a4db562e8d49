using Confluent.Kafka;
using EdgeGateway.Agent.Configuration;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Agent.Uplink;

/// <summary>
/// Brings the buffer to Kafka: a heartbeat first after every connect, then the events in order, each deleted only when
/// everything up to it is acknowledged. A link that fails is tried again for ever, at most every few seconds.
/// </summary>
public sealed partial class Forwarder
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnnounceWithin = TimeSpan.FromSeconds(30);

    // Longer than the client needs to find out by itself that a peer is gone.
    private static readonly TimeSpan StalledAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DrainAtStop = TimeSpan.FromSeconds(3);

    private readonly UplinkSettings settings;
    private readonly UplinkIdentity identity;
    private readonly string folder;
    private readonly EventBuffer buffer;
    private readonly Func<GatewayStatus> status;
    private readonly Task unsyncedMayGo;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Batching batching = new();
    private readonly SemaphoreSlim statusWanted = new(0, 1);
    private readonly Lock gate = new();
    private UplinkState state;
    private UplinkSession? current;
    private long turns;

    /// <param name="settings">How to reach Kafka.</param>
    /// <param name="gateway">What every record says of its gateway.</param>
    /// <param name="folder">Folder that file names in the settings are relative to.</param>
    /// <param name="buffer">What is sent.</param>
    /// <param name="status">Makes a heartbeat with the values of the moment.</param>
    /// <param name="unsyncedMayGo">Completes when events of an unset clock need not wait for it any longer.</param>
    /// <param name="time">For pauses and dates.</param>
    /// <param name="log">Says when the link goes and comes.</param>
    public Forwarder(
        UplinkSettings settings, GatewaySettings gateway, string folder, EventBuffer buffer,
        Func<GatewayStatus> status, Task unsyncedMayGo, TimeProvider time, ILogger log)
    {
        this.settings = settings;
        identity = UplinkIdentity.Of(gateway);
        this.folder = folder;
        this.buffer = buffer;
        this.status = status;
        this.unsyncedMayGo = unsyncedMayGo;
        this.time = time;
        this.log = log;
        state = new UplinkState(UplinkState.Connecting, time.GetUtcNow(), null, null, 0);
    }

    /// <summary>The link as it is now.</summary>
    public UplinkState State
    {
        get
        {
            lock (gate)
            {
                return current is null ? state : state with { Acked = state.Acked + current.AckedEvents, LastAckAt = current.LastAckAt ?? state.LastAckAt };
            }
        }
    }

    /// <summary>Sessions that failed since the start.</summary>
    public long Failures { get; private set; }

    /// <summary>Rises while the forwarder does anything: sends, waits for events, or tries to connect.</summary>
    public long Progress => Interlocked.Read(ref turns);

    /// <summary>Sends a heartbeat now: something a person must see has changed.</summary>
    public void StatusChanged()
    {
        lock (statusWanted)
        {
            if (statusWanted.CurrentCount == 0)
            {
                statusWanted.Release();
            }
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        if (settings.SaslMechanism?.StartsWith("Scram", StringComparison.Ordinal) == true && !KafkaLibrary.CanScram)
        {
            LogScram(log, KafkaLibrary.Version);
        }

        var pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            var singly = batching.SinglyUpTo;
            var (reason, connected) = await Session(stop);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            if (batching.SinglyUpTo != singly)
            {
                // Not a failure of the link: what was refused goes one by one now, or all of that has gone.
                if (batching.SinglyUpTo > 0)
                {
                    LogRefused(log, reason);
                }

                continue;
            }

            Failures++;
            Down(reason);
            pause = connected ? FirstPause : pause;
            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<(string Reason, bool Connected)> Session(CancellationToken stop)
    {
        Interlocked.Increment(ref turns);
        UplinkSession session;
        try
        {
            session = new UplinkSession(Config(), identity, buffer, batching, time, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return ($"making the Kafka client failed: {e.Message}", false);
        }

        lock (gate)
        {
            current = session;
        }

        try
        {
            // What was wanted so far is in this one.
            statusWanted.Wait(0, CancellationToken.None);
            var announced = session.SendStatus(status());
            await Task.WhenAny(announced, session.Failed, Task.Delay(AnnounceWithin, time, stop));
            if (session.Failed.IsCompleted || !announced.IsCompleted)
            {
                return (session.Failed.IsCompleted ? await session.Failed : session.Trouble ?? $"no answer within {AnnounceWithin.TotalSeconds} s", false);
            }

            Connected();
            return (await Serve(session, stop), true);
        }
        finally
        {
            lock (gate)
            {
                state = State;
                current = null;
            }

            // Waits for the client's threads.
            await Task.Run(session.Dispose, CancellationToken.None);
        }
    }

    /// <summary>Sends until the session fails or the agent stops; returns why.</summary>
    private async Task<string> Serve(UplinkSession session, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var rate = settings.CatchUpBytesPerSecond is { } limit ? new ByteRate(limit, time) : null;
        var sending = session.SendEvents(rate, unsyncedMayGo, ending.Token);
        var beating = Beat(session, ending.Token);
        await Task.WhenAny(sending, beating, session.Failed);
        await ending.CancelAsync();
        await Task.WhenAll(sending, beating).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stop.IsCancellationRequested)
        {
            using var soon = new CancellationTokenSource(DrainAtStop, time);
            await session.Drain(soon.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return "stopped";
        }

        return session.Failed.IsCompleted ? await session.Failed
            : sending.IsCompletedSuccessfully ? "everything that was refused has gone"
            : beating.IsCompletedSuccessfully ? $"Kafka has acknowledged nothing for {StalledAfter.TotalSeconds} s: {session.Trouble ?? "the brokers take records but do not answer"}"
            : (sending.Exception ?? beating.Exception)!.GetBaseException().Message;
    }

    /// <summary>Heartbeats at their pace and whenever one is wanted; ends when nothing is acknowledged any more.</summary>
    private async Task Beat(UplinkSession session, CancellationToken stop)
    {
        var last = Task.CompletedTask;
        while (session.Stalled < StalledAfter)
        {
            await statusWanted.WaitAsync(settings.HeartbeatEvery, stop);
            Interlocked.Increment(ref turns);
            if (last.IsCompleted)
            {
                last = session.SendStatus(status());
            }
        }
    }

    /// <summary>The client's settings with those of a producer that loses, doubles and reorders nothing.</summary>
    private ProducerConfig Config() => new(settings.ToClientConfig("edge-gateway-" + identity.Gateway, folder))
    {
        EnableIdempotence = true,
        Acks = Acks.All,
        Partitioner = Partitioner.Murmur2Random,
        // The session decides when to give up, by what the brokers do and not by how long an outage lasts.
        MessageTimeoutMs = 0,
        RequestTimeoutMs = 60_000,
        LingerMs = 5,
        // Neighbouring records are alike; on a cellular link the bytes are what costs.
        CompressionType = CompressionType.Lz4,
        BatchSize = batching.Bytes,
        BatchNumMessages = batching.SinglyUpTo > 0 ? 1 : 10_000,
        // Above what a heartbeat may have, so that it is the broker that says what is too large.
        MessageMaxBytes = GatewayStatus.MaxBytes + (64 * 1024),
        QueueBufferingMaxMessages = 100_000,
    };

    private void Connected()
    {
        LogConnected(log, settings.BootstrapServers);
        Become(UplinkState.Connected, null);
    }

    private void Down(string reason)
    {
        if (State.State != UplinkState.Down)
        {
            LogDown(log, settings.BootstrapServers, reason);
        }

        Become(UplinkState.Down, reason);
    }

    private void Become(string next, string? detail)
    {
        lock (gate)
        {
            state = state with { State = next, Since = state.State == next ? state.Since : time.GetUtcNow(), Detail = detail };
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "sending to Kafka at {Servers}")]
    private static partial void LogConnected(ILogger log, string servers);

    [LoggerMessage(Level = LogLevel.Warning, Message = "sending to Kafka at {Servers} failed: {Reason}; events wait on disk and it is tried again until it works")]
    private static partial void LogDown(ILogger log, string servers, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka refuses a batch of records: {Reason}; they are sent one by one, and the one that is meant is set aside")]
    private static partial void LogRefused(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "librdkafka {Version} cannot use SCRAM with Kafka 3.9 or later; use client certificates or librdkafka 2.6.1 or later")]
    private static partial void LogScram(ILogger log, string version);
}
