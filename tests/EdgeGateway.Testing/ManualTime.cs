namespace EdgeGateway.Testing;

/// <summary>
/// A clock that moves only when told to. Timers, and with them <c>Task.Delay(…, time)</c> and
/// <c>PeriodicTimer</c>, fire inside <see cref="Advance"/>, in the order of their due times.
/// The wall clock can be set apart from the monotonic one, as NTP does.
/// </summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private TimeSpan elapsed;
    private TimeSpan wallOffset;

    /// <summary>Starts at 2026-01-02T03:04:05Z.</summary>
    public ManualTime()
        : this(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
    {
    }

    /// <summary>Timers that are set; lets a test wait until the code under test is asleep.</summary>
    public int PendingTimers
    {
        get
        {
            lock (gate)
            {
                return timers.Count;
            }
        }
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return start + elapsed + wallOffset;
        }
    }

    public override long GetTimestamp()
    {
        lock (gate)
        {
            return elapsed.Ticks;
        }
    }

    /// <summary>Moves both clocks forward and fires what falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan target;
        lock (gate)
        {
            target = elapsed + by;
        }

        while (NextDue(target) is { } timer)
        {
            timer.Fire();
        }

        lock (gate)
        {
            elapsed = target;
        }
    }

    /// <summary>Sets the wall clock, forward or back; the monotonic clock and the timers do not notice.</summary>
    public void SetWallClock(DateTimeOffset now)
    {
        lock (gate)
        {
            wallOffset = now - start - elapsed;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? NextDue(TimeSpan target)
    {
        lock (gate)
        {
            ManualTimer? next = timers.Where(t => t.Due <= target).MinBy(t => t.Due);
            if (next is null)
            {
                return null;
            }

            elapsed = next.Due > elapsed ? next.Due : elapsed;
            if (next.Period > TimeSpan.Zero)
            {
                next.Due += next.Period;
            }
            else
            {
                timers.Remove(next);
            }

            return next;
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool fireNow;
            lock (time.gate)
            {
                time.timers.Remove(this);
                fireNow = dueTime == TimeSpan.Zero;
                Period = period;
                Due = time.elapsed + (fireNow ? period : dueTime);
                if (fireNow ? period > TimeSpan.Zero : dueTime != Timeout.InfiniteTimeSpan)
                {
                    time.timers.Add(this);
                }
            }

            if (fireNow)
            {
                ThreadPool.QueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            }

            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
