using System.Net.Sockets;
using EdgeGateway.Buffer;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent;

/// <summary>
/// Looks whether the gateway gets on, not whether its connections look up: commits happen while events wait for one,
/// acknowledgements come while a connected link has something to send, and the forwarder turns. While that is so it feeds
/// systemd's watchdog; when it is not, systemd restarts the service.
/// </summary>
public sealed partial class Watchdog : IAsyncDisposable
{
    private static readonly TimeSpan CommitWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AcknowledgeWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(10);

    private readonly Func<Vitals> look;
    private readonly ServiceNotifier notifier;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Progress commits;
    private readonly Progress acknowledgements;
    private readonly Progress turns;
    private Background? running;
    private string? stuck;

    private Watchdog(Func<Vitals> look, ServiceNotifier notifier, TimeProvider time, ILogger log)
    {
        this.look = look;
        this.notifier = notifier;
        this.time = time;
        this.log = log;
        commits = new Progress(time);
        acknowledgements = new Progress(time);
        turns = new Progress(time);
    }

    /// <summary>What does not get on; null while everything does.</summary>
    public string? Stuck => Volatile.Read(ref stuck);

    /// <param name="look">Asked at half the pace that systemd wants to hear, else every ten seconds.</param>
    /// <param name="notifier">The way to systemd.</param>
    /// <param name="time">Measures how long something stands still.</param>
    /// <param name="log">Says what is stuck.</param>
    /// <param name="failed">Told when it broke off itself.</param>
    public static Watchdog Start(Func<Vitals> look, ServiceNotifier notifier, TimeProvider time, ILogger log, Action<Exception> failed)
    {
        var watchdog = new Watchdog(look, notifier, time, log);
        watchdog.running = Background.Start(watchdog.Run, failed);
        return watchdog;
    }

    public async ValueTask DisposeAsync() => await running!.Stop();

    private async Task Run(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(notifier.WatchdogInterval ?? UsualInterval, time);
        do
        {
            var now = Look();
            if (now is not null && Stuck is null)
            {
                LogStuck(log, now);
            }

            Volatile.Write(ref stuck, now);
            if (now is null)
            {
                Feed();
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    private void Feed()
    {
        try
        {
            notifier.Watchdog();
        }
        catch (SocketException e)
        {
            // systemd is busy; the next one is due well before it loses patience.
            LogNotTold(log, e.Message);
        }
    }

    private string? Look()
    {
        var now = look();

        // A full or failing buffer says so by itself; a restart would not help it.
        var idle = now.Waiting == 0 || now.State is BufferState.Full or BufferState.Failing;
        if (commits.Stalled(now.Commits, idle) > CommitWithin)
        {
            return $"{now.Waiting} events wait for a commit and none has happened for {CommitWithin.TotalSeconds} s";
        }

        var nothingToSend = now.Buffered == 0 || !now.IsConnected || now.HoldsUnsynced;
        if (acknowledgements.Stalled(now.Acknowledged, nothingToSend) > AcknowledgeWithin)
        {
            return $"{now.Buffered} events wait, Kafka is connected, and nothing was acknowledged for {AcknowledgeWithin.TotalMinutes} min";
        }

        return turns.Stalled(now.Turns, excused: false) > AcknowledgeWithin + now.HeartbeatEvery
            ? "the forwarder neither sends nor tries to connect"
            : null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the gateway is stuck: {What}; systemd is not told any more that it is well and restarts it")]
    private static partial void LogStuck(ILogger log, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "telling systemd that the gateway is well failed: {Reason}; tried again with the next beat")]
    private static partial void LogNotTold(ILogger log, string reason);

    /// <summary>How long a count has stood still without an excuse.</summary>
    private sealed class Progress(TimeProvider time)
    {
        private long last = -1;
        private long since;

        public TimeSpan Stalled(long count, bool excused)
        {
            if (count != last || excused)
            {
                (last, since) = (count, time.GetTimestamp());
            }

            return time.GetElapsedTime(since);
        }
    }
}
