using System.Buffers;

namespace EdgeGateway.Contracts;

/// <summary>
/// Time out of range in all, within the rule's window. Time counts between two readings that follow on each other and
/// are both out of range. The alert opens at the first out-of-range reading that still counts and is resolved at the
/// first reading in range; what it was opened for is not counted again. At most <see cref="MaxSpells"/> spells are
/// kept apart: past that the two oldest become one, with their time out of range added.
/// </summary>
internal sealed class CumulativeMemory(string name) : RuleMemory(name)
{
    public const int MaxSpells = 64;

    private readonly List<Spell> _spells = [];

    public override RuleKind Kind => RuleKind.Cumulative;

    public override bool IsIdle => !IsOpen && _spells.Count == 0;

    public override void Judge(RuleInForce rule, in Moment now, ICollection<AlertChange> changes)
    {
        if (!rule.IsBroken(now.Celsius))
        {
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

        Count(rule, now);
        var oldest = rule.WindowMs is { } window ? now.At - window : long.MinValue;
        while (_spells[0].To <= oldest)
        {
            _spells.RemoveAt(0);
        }

        var total = 0L;
        var worst = now.Celsius;
        foreach (var spell in _spells)
        {
            total += Math.Min(spell.OutMs, spell.To - Math.Max(oldest, spell.From));
            worst = rule.Worse(worst, spell.Worst);
        }

        if (total >= rule.LastsMs && !(rule.Warm && now.WarmWaits))
        {
            var first = _spells[0].From;
            _spells.Clear();
            Open(first, now.At, worst, changes);
        }
    }

    protected override void WriteLead(IBufferWriter<byte> output)
    {
        output.Put((byte)_spells.Count);
        foreach (var spell in _spells)
        {
            output.Put(spell.From);
            output.Put(spell.To);
            output.Put(spell.OutMs);
            output.Put(spell.Worst);
        }
    }

    protected override void ReadLead(ref StateReader input)
    {
        var count = input.Byte();
        for (var i = 0; i < count; i++)
        {
            _spells.Add(new Spell(input.Int64(), input.Int64(), input.Int64(), input.Double()));
        }
    }

    private void Count(RuleInForce rule, in Moment now)
    {
        if (_spells.Count > 0 && now.FollowsOn && _spells[^1].To == now.PreviousAt)
        {
            var last = _spells[^1];
            _spells[^1] = new Spell(last.From, now.At, last.OutMs + now.At - last.To, rule.Worse(last.Worst, now.Celsius));
            return;
        }

        _spells.Add(new Spell(now.At, now.At, 0, now.Celsius));
        if (_spells.Count > (rule.WindowMs is null ? 1 : MaxSpells))
        {
            var (a, b) = (_spells[0], _spells[1]);
            _spells[0] = new Spell(a.From, b.To, a.OutMs + b.OutMs, rule.Worse(a.Worst, b.Worst));
            _spells.RemoveAt(1);
        }
    }

    /// <summary>Out of range from the first to the last reading of a spell, of which <paramref name="OutMs"/> is proven.</summary>
    private readonly record struct Spell(long From, long To, long OutMs, double Worst);
}
