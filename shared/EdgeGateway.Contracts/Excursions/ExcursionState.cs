using System.Buffers;

namespace EdgeGateway.Contracts;

/// <summary>
/// What the rules remember of one probe. Bounded: a cumulative rule keeps at most 64 spells and an MKT rule
/// 48 parts of its window, whatever the sampling. Not safe for use by several threads at once.
/// </summary>
public sealed class ExcursionState
{
    private const byte FormatVersion = 1;

    /// <summary>Stands for no time at all.</summary>
    private const long Never = long.MinValue;

    private Profile? _profile;
    private RuleInForce[] _rules = [];
    private RuleMemory[] _memories = [];
    private long _lastAt = Never;
    private long _goodAt = Never;
    private double _goodCelsius;
    private long _silentSince = Never;
    private long _faultySince = Never;

    /// <summary>Event time of the newest sample judged; null before the first.</summary>
    public DateTimeOffset? LastAt => _lastAt == Never ? null : Unix.Time(_lastAt);

    /// <summary>True from the end of the tolerated silence to the next sample: the probe is neither warm nor cold but unknown.</summary>
    public bool IsSilent => _silentSince != Never;

    /// <summary>True from the first fault to the next good reading.</summary>
    public bool IsFaulty => _faultySince != Never;

    /// <summary>Adds what is open now, each as the change that opened it with its peak up to now.</summary>
    public void CopyOpenTo(ICollection<AlertChange> open)
    {
        foreach (var memory in _memories)
        {
            if (memory.IsOpen)
            {
                open.Add(memory.Change(null));
            }
        }

        if (IsSilent)
        {
            open.Add(Silence(null));
        }

        if (IsFaulty)
        {
            open.Add(Fault(null));
        }
    }

    /// <summary>Writes the state: some 40 bytes for a probe in range, more while something leads to an alert or one is open.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        output.Put(FormatVersion);
        output.Put(_lastAt);
        output.Put(_goodAt);
        output.Put(_goodCelsius);
        output.Put(_silentSince);
        output.Put(_faultySince);
        foreach (var memory in _memories)
        {
            if (!memory.IsIdle)
            {
                memory.Write(output);
            }
        }
    }

    /// <summary>Takes up a state that was written.</summary>
    /// <exception cref="FormatException">The bytes are no such state.</exception>
    public static ExcursionState Read(ReadOnlySpan<byte> bytes)
    {
        var input = new StateReader(bytes);
        if (input.Byte() is var version && version != FormatVersion)
        {
            throw new FormatException($"a stored excursion state has format {version}, not {FormatVersion}");
        }

        var state = new ExcursionState
        {
            _lastAt = input.Int64(),
            _goodAt = input.Int64(),
            _goodCelsius = input.Double(),
            _silentSince = input.Int64(),
            _faultySince = input.Int64(),
        };
        var memories = new List<RuleMemory>();
        while (!input.AtEnd)
        {
            memories.Add(RuleMemory.Read(ref input));
        }

        state._memories = [.. memories];
        return state;
    }

    internal bool Apply(Profile profile, in ProbeSample sample, ICollection<AlertChange> changes)
    {
        var at = sample.ObservedAt.ToUnixTimeMilliseconds();
        if (at <= _lastAt)
        {
            return false;
        }

        if (!ReferenceEquals(_profile, profile))
        {
            JudgeBy(profile, at, changes);
        }

        JudgeSilence(profile, at, changes);
        if (IsSilent)
        {
            // Never before it began: a sample that was late shows that there was no silence.
            changes.Add(Silence(Unix.Time(Math.Max(at, _silentSince))));
            _silentSince = Never;
        }

        _lastAt = at;
        if (sample.Celsius is not { } celsius || !double.IsFinite(celsius))
        {
            if (!IsFaulty)
            {
                _faultySince = at;
                changes.Add(Fault(null));
            }

            return true;
        }

        if (IsFaulty)
        {
            changes.Add(Fault(sample.ObservedAt));
            _faultySince = Never;
        }

        var now = new Moment(
            at,
            celsius,
            _goodAt,
            _goodCelsius,
            FollowsOn: _goodAt != Never && at - _goodAt <= Unix.Ms(profile.SilentAfter ?? Profile.LongestGap),
            WarmWaits: sample.DoorOpenSince is { } since && sample.ObservedAt - since < profile.DoorGrace && !(celsius > profile.HardAbove));
        for (var i = 0; i < _rules.Length; i++)
        {
            _memories[i].Judge(_rules[i], now, changes);
        }

        (_goodAt, _goodCelsius) = (at, celsius);
        return true;
    }

    internal void AdvanceTo(Profile profile, DateTimeOffset eventTime, ICollection<AlertChange> changes)
    {
        var at = eventTime.ToUnixTimeMilliseconds();
        if (!ReferenceEquals(_profile, profile))
        {
            JudgeBy(profile, at, changes);
        }

        JudgeSilence(profile, at, changes);
    }

    private void JudgeSilence(Profile profile, long at, ICollection<AlertChange> changes)
    {
        if (profile.SilentAfter is { } silentAfter && _lastAt != Never && !IsSilent && at - _lastAt > Unix.Ms(silentAfter))
        {
            _silentSince = _lastAt + Unix.Ms(silentAfter);
            changes.Add(Silence(null));
        }
    }

    /// <summary>Takes up the rules of a profile: memories of rules that stay are kept, alerts of rules that are gone are resolved.</summary>
    private void JudgeBy(Profile profile, long at, ICollection<AlertChange> changes)
    {
        var rules = RuleInForce.Of(profile);
        var former = _memories;
        _memories = Array.ConvertAll(rules, rule =>
            Array.Find(former, memory => memory.Name == rule.Name) ?? RuleMemory.For(rule.Kind, rule.Name));
        foreach (var memory in former)
        {
            if (memory.IsOpen && !_memories.Contains(memory))
            {
                memory.Resolve(at, changes);
            }
        }

        (_profile, _rules) = (profile, rules);
    }

    private AlertChange Silence(DateTimeOffset? resolvedAt)
    {
        var since = Unix.Time(_silentSince);
        var rule = $"silent for {Duration.Format(since - Unix.Time(_lastAt))}";
        return new AlertChange("silent", rule, since, resolvedAt, null, null, Severities.Warning, Opened: resolvedAt is null, FulfilledAt: since);
    }

    private AlertChange Fault(DateTimeOffset? resolvedAt)
    {
        var since = Unix.Time(_faultySince);
        return new AlertChange("fault", "fault", since, resolvedAt, null, null, Severities.Warning, Opened: resolvedAt is null, FulfilledAt: since);
    }
}
