using System.Buffers;
using System.Text.Json;
using EdgeGateway.Agent.Clock;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;

namespace EdgeGateway.Agent.Intake;

/// <summary>A probe: its samples run through the rules of its profile here as they will in the cloud.</summary>
internal sealed class ProbeIntake : DeviceIntake
{
    private readonly Profile? profile;
    private readonly ProbeRules? rules;
    private readonly Func<DateTimeOffset?>? doorOpenSince;
    private TemperatureReading? last;
    private TemperatureReading? lastGood;

    /// <param name="settings">The device's entry in the configuration.</param>
    /// <param name="profile">Rules that judge it; null for none.</param>
    /// <param name="state">What the rules remember of it.</param>
    /// <param name="doorOpenSince">Since when the probe's door stands open; null where there is no door.</param>
    /// <param name="buffer">Where events go.</param>
    /// <param name="clock">Dates what has no time of its own.</param>
    /// <param name="time">Measures ages.</param>
    public ProbeIntake(
        DeviceSettings settings, Profile? profile, ExcursionState state, Func<DateTimeOffset?>? doorOpenSince,
        EventBuffer buffer, GatewayClock clock, TimeProvider time)
        : base(settings, buffer, clock, time)
    {
        this.profile = profile;
        this.doorOpenSince = doorOpenSince;
        rules = profile is null ? null : new ProbeRules(profile, state);
    }

    /// <summary>Writes what the rules remember of the probe; false when none judge it.</summary>
    public bool WriteRules(IBufferWriter<byte> output)
    {
        lock (Gate)
        {
            rules?.Write(output);
            return rules is not null;
        }
    }

    public override void CopyAlarmsTo(List<EdgeAlarm> alarms)
    {
        lock (Gate)
        {
            rules?.CopyAlarmsTo(alarms, Id);
        }
    }

    public override void Tick()
    {
        if (rules is null || TrustedNow is not { } now)
        {
            return;
        }

        bool changed;
        lock (Gate)
        {
            changed = rules.AdvanceTo(now);
        }

        if (changed)
        {
            RaiseAlarmsChanged();
        }
    }

    // A probe without a profile is silent after the longest gap that loggers of the cold chain may leave.
    private protected override TimeSpan? SilentAfter => profile?.SilentAfter ?? Profile.LongestGap;

    private protected override string? Fault => last?.Fault;

    private protected override Task Take(Reading reading, DateTimeOffset observedAt, ClockQuality quality)
    {
        var sample = reading as TemperatureReading ?? throw NotMine(reading);
        var e = new TemperatureEvent
        {
            Device = Id,
            ObservedAt = observedAt,
            Clock = quality,
            Celsius = sample.Celsius,
            Fault = sample.Fault,
            Humidity = sample.Humidity,
            Battery = sample.Battery,
            Profile = profile?.Name,
            DoorOpenSince = doorOpenSince?.Invoke() is { } since && since <= observedAt ? since : null,
        };
        var evidence = sample.Fault is not null;
        var alarmsChanged = false;
        lock (Gate)
        {
            last = sample.IsStored ? last : sample;
            lastGood = sample.Celsius is null || sample.IsStored ? lastGood : sample;

            // Rules run on event time: a time that will be corrected must not enter them.
            if (rules is not null && quality != ClockQuality.Unsynced)
            {
                evidence |= rules.Judge(Contracts.ProbeSample.Of(e), out alarmsChanged);
            }
        }

        if (alarmsChanged)
        {
            RaiseAlarmsChanged();
        }

        return Append(e, evidence ? Importance.Evidence : Importance.TemperatureInRange);
    }

    private protected override DeviceStatus Describe(DeviceStatus status) => status with
    {
        Profile = profile?.Name,
        LastValue = lastGood is null ? null : JsonSerializer.SerializeToElement(lastGood.Humidity is { } humidity
            ? new Dictionary<string, double> { ["celsius"] = lastGood.Celsius!.Value, ["humidity"] = humidity }
            : new Dictionary<string, double> { ["celsius"] = lastGood.Celsius!.Value }),
    };
}
