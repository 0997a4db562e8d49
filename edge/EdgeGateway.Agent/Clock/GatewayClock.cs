using EdgeGateway.Agent.Configuration;
using EdgeGateway.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Agent.Clock;

/// <summary>
/// The time that events are dated by and how good it is. GPS time, once a receiver can be trusted with it, corrects a
/// machine that nothing else has set: the service has no right to set the machine's own clock.
/// </summary>
public sealed partial class GatewayClock
{
    // A fix is some tenths of a second old when it gets here; a kept clock is better than that.
    private static readonly TimeSpan WorthCorrecting = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time;
    private readonly KernelClock kernel;
    private readonly ClockSettings settings;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private long correctionTicks;
    private DateTimeOffset lastWall;
    private long lastMonotonic;

    public GatewayClock(TimeProvider time, KernelClock kernel, ClockSettings settings, ILogger log)
    {
        this.time = time;
        this.kernel = kernel;
        this.settings = settings;
        this.log = log;
        lastWall = time.GetUtcNow();
        lastMonotonic = time.GetTimestamp();
        Quality = Known();
    }

    /// <summary>How the clock behind <see cref="Now"/> was set.</summary>
    public ClockQuality Quality { get; private set; }

    /// <summary>UTC, the machine's clock with the correction by GPS.</summary>
    public DateTimeOffset Now => time.GetUtcNow().AddTicks(Interlocked.Read(ref correctionTicks));

    /// <summary>Raised on the caller of <see cref="Check"/> or <see cref="GpsTime"/> when the clock was set or jumped.</summary>
    public event Action? Set;

    /// <summary>Looks again at what set the clock; called every few seconds.</summary>
    public void Check()
    {
        lock (gate)
        {
            var known = Known();
            var jump = Jump();
            var correction = new TimeSpan(Interlocked.Read(ref correctionTicks));
            if (jump.Duration() >= WorthCorrecting)
            {
                LogJump(log, jump.TotalSeconds);
                if (correction != TimeSpan.Zero)
                {
                    Interlocked.Exchange(ref correctionTicks, (correction - jump).Ticks);
                }
            }

            // A clock that is kept needs no correction any more, and GPS time outranks everything while there is none to keep it.
            if (known == ClockQuality.Ntp || Quality != ClockQuality.Gps)
            {
                if (known == ClockQuality.Ntp)
                {
                    Interlocked.Exchange(ref correctionTicks, 0);
                }

                Change(known, jumped: jump.Duration() >= WorthCorrecting && known != ClockQuality.Unsynced);
            }
        }
    }

    /// <summary>Takes the time of a fix from a receiver that can be trusted: the third 3D fix in a row or a later one.</summary>
    public void GpsTime(DateTimeOffset fix)
    {
        lock (gate)
        {
            if (Quality == ClockQuality.Ntp)
            {
                return;
            }

            var off = fix - Now;
            if (off.Duration() >= WorthCorrecting)
            {
                LogCorrected(log, off.TotalSeconds);
                Interlocked.Add(ref correctionTicks, off.Ticks);
            }

            Change(ClockQuality.Gps, jumped: off.Duration() >= WorthCorrecting);
        }
    }

    private ClockQuality Known()
    {
        var known = kernel.Read();
        return settings.Assume is { } assumed && assumed > known ? assumed : known;
    }

    /// <summary>How far the wall clock moved apart from the monotonic one since the last look.</summary>
    private TimeSpan Jump()
    {
        var wall = time.GetUtcNow();
        var monotonic = time.GetTimestamp();
        var jump = wall - lastWall - time.GetElapsedTime(lastMonotonic, monotonic);
        (lastWall, lastMonotonic) = (wall, monotonic);
        return jump;
    }

    private void Change(ClockQuality quality, bool jumped)
    {
        if (quality == Quality && !jumped)
        {
            return;
        }

        if (quality != Quality)
        {
            LogQuality(log, ClockNames.Text(quality), ClockNames.Text(Quality));
        }

        Quality = quality;
        if (quality != ClockQuality.Unsynced)
        {
            Set?.Invoke();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "the clock is now {Quality}, was {Before}")]
    private static partial void LogQuality(ILogger log, string quality, string before);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the machine's clock jumped by {Seconds:0.0} s; events keep the order they came in")]
    private static partial void LogJump(ILogger log, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "the machine's clock is off GPS time by {Seconds:0.0} s; events are dated by GPS")]
    private static partial void LogCorrected(ILogger log, double seconds);
}
