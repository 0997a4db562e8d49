using System.Buffers;

namespace EdgeGateway.Contracts;

/// <summary>
/// A run of out-of-range readings without a break. It begins at its first reading, breaks the rule at the first
/// reading by which it lasted long enough, and ends at the first reading in range. A gap ends a run that has not
/// broken the rule: what was in the gap is not known. An alert that is open stays so until a reading is in range.
/// </summary>
internal sealed class RunMemory(string name) : RuleMemory(name)
{
    private bool _runs;
    private long _since;
    private double _worst;

    public override RuleKind Kind => RuleKind.Run;

    public override bool IsIdle => !IsOpen && !_runs;

    public override void Judge(RuleInForce rule, in Moment now, ICollection<AlertChange> changes)
    {
        if (!rule.IsBroken(now.Celsius))
        {
            _runs = false;
            if (IsOpen)
            {
                Resolve(now.At, changes);
            }

            return;
        }

        if (IsOpen)
        {
            Peak = rule.Worse(Peak, now.Celsius);
            return;
        }

        if (!_runs || !now.FollowsOn)
        {
            (_runs, _since, _worst) = (true, now.At, now.Celsius);
        }

        _worst = rule.Worse(_worst, now.Celsius);
        if (now.At - _since >= rule.LastsMs && !(rule.Warm && !rule.Hard && now.WarmWaits))
        {
            _runs = false;
            Open(_since, now.At, _worst, changes);
        }
    }

    protected override void WriteLead(IBufferWriter<byte> output)
    {
        output.Put((byte)(_runs ? 1 : 0));
        if (_runs)
        {
            output.Put(_since);
            output.Put(_worst);
        }
    }

    protected override void ReadLead(ref StateReader input)
    {
        _runs = input.Byte() == 1;
        if (_runs)
        {
            (_since, _worst) = (input.Int64(), input.Double());
        }
    }
}
