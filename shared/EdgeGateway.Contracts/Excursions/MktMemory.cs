using System.Buffers;

namespace EdgeGateway.Contracts;

/// <summary>
/// Mean kinetic temperature of the rule's window, in <see cref="Buckets"/> parts of it, so that the window is exact to
/// one of these. Time counts between two readings that follow on each other, weighed by the trapezoid rule, and
/// as of the later one. Judged only while at least half of the window is known: minutes after a start or a gap say
/// nothing about a day. Opens at the first reading with the mean above the limit, is resolved at the first one with it not above.
/// </summary>
internal sealed class MktMemory(string name) : RuleMemory(name)
{
    public const int Buckets = 48;

    private readonly double[] _rateMs = new double[Buckets];
    private readonly long[] _knownMs = new long[Buckets];

    /// <summary>Bucket of the last reading, counted from the epoch; the ones before it lie in the arrays modulo their length.</summary>
    private long _bucket = long.MinValue;

    /// <summary>Sums of all buckets but the last.</summary>
    private (double RateMs, long KnownMs) _older;

    public override RuleKind Kind => RuleKind.Mkt;

    public override bool IsIdle => _bucket == long.MinValue;

    public override void Judge(RuleInForce rule, in Moment now, ICollection<AlertChange> changes)
    {
        var window = rule.WindowMs ?? throw new ArgumentException($"The rule '{rule.Name}' has no window.", nameof(rule));
        MoveTo(Math.DivRem(now.At, Math.Max(1, window / Buckets)).Quotient);
        var slot = Slot(_bucket);
        if (now.FollowsOn)
        {
            var elapsed = now.At - now.PreviousAt;
            _knownMs[slot] += elapsed;
            _rateMs[slot] += elapsed * (MeanKineticTemperature.Rate(now.PreviousCelsius) + MeanKineticTemperature.Rate(now.Celsius)) / 2;
        }

        var known = _older.KnownMs + _knownMs[slot];
        if (known < window / 2)
        {
            return;
        }

        var mkt = MeanKineticTemperature.FromRate((_older.RateMs + _rateMs[slot]) / known);
        if (mkt > rule.Limit)
        {
            if (IsOpen)
            {
                Peak = Math.Max(Peak, mkt);
            }
            else
            {
                Open(now.At, now.At, mkt, changes);
            }
        }
        else if (IsOpen)
        {
            Resolve(now.At, changes);
        }
    }

    protected override void WriteLead(IBufferWriter<byte> output)
    {
        output.Put(_bucket);
        for (var i = 0; i < Buckets; i++)
        {
            output.Put((byte)(_knownMs[i] > 0 ? 1 : 0));
            if (_knownMs[i] > 0)
            {
                output.Put(_knownMs[i]);
                output.Put(_rateMs[i]);
            }
        }
    }

    protected override void ReadLead(ref StateReader input)
    {
        _bucket = input.Int64();
        for (var i = 0; i < Buckets; i++)
        {
            if (input.Byte() == 1)
            {
                (_knownMs[i], _rateMs[i]) = (input.Int64(), input.Double());
            }
        }

        SumOlder();
    }

    private static int Slot(long bucket) => (int)(((bucket % Buckets) + Buckets) % Buckets);

    private void MoveTo(long bucket)
    {
        if (bucket == _bucket)
        {
            return;
        }

        var first = _bucket == long.MinValue ? bucket : Math.Max(_bucket + 1, bucket - Buckets + 1);
        for (var entered = first; entered <= bucket; entered++)
        {
            (_rateMs[Slot(entered)], _knownMs[Slot(entered)]) = (0, 0);
        }

        _bucket = bucket;
        SumOlder();
    }

    /// <summary>Added up anew, always in the same order, so that a state taken up from storage judges as one that never left memory.</summary>
    private void SumOlder()
    {
        _older = default;
        for (var i = 1; i < Buckets; i++)
        {
            var slot = Slot(_bucket - Buckets + i);
            _older.RateMs += _rateMs[slot];
            _older.KnownMs += _knownMs[slot];
        }
    }
}
