using System.Buffers;

namespace EdgeGateway.Contracts;

/// <summary>What one rule remembers of one probe: whether it is broken, and in the derived kinds what leads there.</summary>
internal abstract class RuleMemory(string name)
{
    private long _openedAt;
    private long _fulfilledAt;

    /// <summary>The rule's <see cref="RuleInForce.Name"/>.</summary>
    public string Name => name;

    public bool IsOpen { get; private set; }

    public abstract RuleKind Kind { get; }

    /// <summary>Nothing to remember: such a memory is not stored.</summary>
    public abstract bool IsIdle { get; }

    /// <summary>Worst of the breach: its reading, or the mean kinetic temperature, °C.</summary>
    protected double Peak { get; set; }

    public abstract void Judge(RuleInForce rule, in Moment now, ICollection<AlertChange> changes);

    public static RuleMemory For(RuleKind kind, string name) => kind switch
    {
        RuleKind.Run => new RunMemory(name),
        RuleKind.Cumulative => new CumulativeMemory(name),
        RuleKind.Mkt => new MktMemory(name),
        _ => throw new FormatException($"a stored rule has the unknown kind {(byte)kind}"),
    };

    public void Resolve(long at, ICollection<AlertChange> changes)
    {
        IsOpen = false;
        changes.Add(Change(Unix.Time(at)));
    }

    /// <summary>The alert as it stands, or as it was resolved.</summary>
    public AlertChange Change(DateTimeOffset? resolvedAt) => new(
        "excursion",
        Name,
        Unix.Time(_openedAt),
        resolvedAt,
        Kind == RuleKind.Mkt ? null : Peak,
        Kind == RuleKind.Mkt ? Peak : null,
        Severities.Critical,
        Opened: resolvedAt is null,
        Unix.Time(_fulfilledAt));

    public void Write(IBufferWriter<byte> output)
    {
        output.Put((byte)Kind);
        output.Put(Name);
        output.Put((byte)(IsOpen ? 1 : 0));
        if (IsOpen)
        {
            output.Put(_openedAt);
            output.Put(_fulfilledAt);
            output.Put(Peak);
        }

        WriteLead(output);
    }

    public static RuleMemory Read(ref StateReader input)
    {
        var kind = (RuleKind)input.Byte();
        var memory = For(kind, input.Text());
        if (input.Byte() == 1)
        {
            memory.IsOpen = true;
            memory._openedAt = input.Int64();
            memory._fulfilledAt = input.Int64();
            memory.Peak = input.Double();
        }

        memory.ReadLead(ref input);
        return memory;
    }

    protected abstract void WriteLead(IBufferWriter<byte> output);

    protected abstract void ReadLead(ref StateReader input);

    protected void Open(long openedAt, long fulfilledAt, double peak, ICollection<AlertChange> changes)
    {
        IsOpen = true;
        _openedAt = openedAt;
        _fulfilledAt = fulfilledAt;
        Peak = peak;
        changes.Add(Change(null));
    }
}
