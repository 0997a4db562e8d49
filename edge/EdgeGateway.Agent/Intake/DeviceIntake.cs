using EdgeGateway.Agent.Clock;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;

namespace EdgeGateway.Agent.Intake;

/// <summary>
/// One device as the agent knows it: makes its readings into events, judges what they are worth and remembers the last
/// value, the driver's word on the device, and what was refused. Safe for several threads.
/// </summary>
public abstract class DeviceIntake : IReadingSink
{
    private const int MaxRefusals = 5;

    // A source whose clock runs ahead would make everything after it look old.
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);

    private readonly EventBuffer buffer;
    private readonly GatewayClock clock;
    private readonly TimeProvider time;
    private readonly Queue<Refusal> refusals = new(MaxRefusals);
    private readonly long since;
    private DeviceCondition condition;
    private string? detail;
    private DateTimeOffset? lastAt;
    private long? heardAt;
    private long readings;
    private long refused;

    private protected DeviceIntake(DeviceSettings settings, EventBuffer buffer, GatewayClock clock, TimeProvider time)
    {
        Settings = settings;
        this.buffer = buffer;
        this.clock = clock;
        this.time = time;
        since = time.GetTimestamp();
    }

    public DeviceSettings Settings { get; }

    public string Id => Settings.Id;

    /// <summary>Readings taken since the agent started.</summary>
    public long Readings => Interlocked.Read(ref readings);

    /// <summary>Payloads refused since the agent started.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Raised when an alarm of this device opened or closed.</summary>
    public event Action? AlarmsChanged;

    /// <summary>What is open at this device.</summary>
    public virtual void CopyAlarmsTo(List<EdgeAlarm> alarms)
    {
    }

    /// <summary>Called about once a second, for what happens when nothing is heard.</summary>
    public virtual void Tick()
    {
    }

    public Task Accept(Reading reading)
    {
        Interlocked.Increment(ref readings);
        var now = clock.Now;
        var quality = clock.Quality;
        if (reading.ObservedAt is { } observed && (quality == ClockQuality.Unsynced || observed - now <= MostAhead))
        {
            // Dated by another clock than ours: not one to be dated again when ours is set.
            quality = quality != ClockQuality.Unsynced ? quality : reading is PositionReading ? ClockQuality.Gps : ClockQuality.Rtc;
            now = observed.ToUniversalTime();
        }

        lock (Gate)
        {
            // What a source had kept says nothing of now.
            heardAt = reading.IsStored ? heardAt : time.GetTimestamp();
            if (lastAt is null || now >= lastAt)
            {
                lastAt = now;
            }
        }

        return Take(reading, now, quality);
    }

    public void Refuse(string device, string reason, ReadOnlySpan<byte> payload)
    {
        var refusal = Refusal.Of(clock.Now, reason, payload);
        Interlocked.Increment(ref refused);
        lock (Gate)
        {
            if (refusals.Count == MaxRefusals)
            {
                refusals.Dequeue();
            }

            refusals.Enqueue(refusal);
        }
    }

    public void Report(string device, DeviceCondition condition, string? detail = null)
    {
        lock (Gate)
        {
            (this.condition, this.detail) = (condition, detail);
        }
    }

    /// <summary>The last refusals, oldest first.</summary>
    public IReadOnlyList<Refusal> LastRefusals()
    {
        lock (Gate)
        {
            return [.. refusals];
        }
    }

    public DeviceStatus Status()
    {
        lock (Gate)
        {
            var age = heardAt is { } heard ? time.GetElapsedTime(heard) : (TimeSpan?)null;
            var (health, why) = Health(age);
            var status = new DeviceStatus
            {
                Id = Id,
                Driver = Settings.Driver,
                Kind = Settings.Family switch
                {
                    EventFamily.Temperature => "temperature",
                    EventFamily.Position => "position",
                    EventFamily.Tags => "tags",
                    _ => "input",
                },
                Health = health,
                Detail = why,
                LastAt = lastAt,
                AgeSeconds = age is { } known ? Math.Round(known.TotalSeconds, 1) : null,
                Refused = Refused,
            };
            return Describe(status);
        }
    }

    /// <summary>Guards what the derived class remembers, too.</summary>
    private protected Lock Gate { get; } = new();

    /// <summary>UTC of the gateway; null while its clock is not set.</summary>
    private protected DateTimeOffset? TrustedNow => clock.Quality == ClockQuality.Unsynced ? null : clock.Now;

    /// <summary>Time without a reading after which the device is silent; null when silence is normal.</summary>
    private protected virtual TimeSpan? SilentAfter => null;

    /// <summary>Why the last reading was no value; null when it was one. Under the gate.</summary>
    private protected virtual string? Fault => null;

    /// <summary>Makes events of a reading; completes when they are on disk.</summary>
    private protected abstract Task Take(Reading reading, DateTimeOffset observedAt, ClockQuality quality);

    /// <summary>Adds the last value to the status. Under the gate.</summary>
    private protected abstract DeviceStatus Describe(DeviceStatus status);

    private protected Task Append(GatewayEvent e, Importance importance) => buffer.Append(e, importance);

    private protected Task Append(GatewayEvent e, Importance importance, Note note) => buffer.Append([e], importance, [note]);

    private protected Task Append(IReadOnlyList<GatewayEvent> events, Importance importance) => buffer.Append(events, importance);

    private protected void RaiseAlarmsChanged() => AlarmsChanged?.Invoke();

    private protected ArgumentException NotMine(Reading reading) =>
        new($"device {Id} yields {Settings.Family}, not {reading.GetType().Name}: a defect of driver {Settings.Driver}", nameof(reading));

    private (string Health, string? Detail) Health(TimeSpan? age) => condition switch
    {
        DeviceCondition.Unplugged => ("unplugged", detail),
        DeviceCondition.Faulty => ("faulty", detail),
        _ when Fault is { } fault => ("faulty", fault),
        _ when SilentAfter is { } limit && (age ?? time.GetElapsedTime(since)) > limit => ("silent", $"nothing heard for {Duration.Format(limit)} or more"),
        _ when age is not null || (condition == DeviceCondition.Ok && SilentAfter is null) => ("ok", detail),
        _ => ("unknown", detail ?? "nothing heard yet"),
    };
}
