using System.Buffers;

namespace EdgeGateway.Contracts.Tests.Excursions;

/// <summary>Plays the course of a probe through the rules; times in minutes from <see cref="Start"/>.</summary>
internal sealed class Course(Profile profile)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    public List<AlertChange> Changes { get; } = [];

    public ExcursionState State { get; private set; } = new();

    public static DateTimeOffset At(double minute) => Start.AddMinutes(minute);

    public Course Read(double minute, double celsius, double? doorOpenSince = null)
    {
        Apply(new ProbeSample(At(minute), celsius, null, doorOpenSince is { } since ? At(since) : null));
        return this;
    }

    /// <summary>Reads the same every <paramref name="every"/> minutes from one minute to another, both included.</summary>
    public Course Hold(double from, double to, double celsius, double every = 1)
    {
        for (var minute = from; minute <= to; minute += every)
        {
            Read(minute, celsius);
        }

        return this;
    }

    public Course Fault(double minute, string fault = "crc")
    {
        Apply(new ProbeSample(At(minute), null, fault));
        return this;
    }

    public Course AdvanceTo(double minute)
    {
        ExcursionEngine.AdvanceTo(profile, State, At(minute), Changes);
        return this;
    }

    public bool Apply(ProbeSample sample) => ExcursionEngine.Apply(profile, State, sample, Changes);

    /// <summary>Lets the state go through storage.</summary>
    public Course StoreAndLoad()
    {
        State = ExcursionState.Read(Stored());
        return this;
    }

    public byte[] Stored()
    {
        var output = new ArrayBufferWriter<byte>();
        State.Write(output);
        return output.WrittenSpan.ToArray();
    }

    public List<AlertChange> Open()
    {
        var open = new List<AlertChange>();
        State.CopyOpenTo(open);
        return open;
    }

    /// <summary>Changes as <c>rule: opened minute - resolved minute</c>, an open one with <c>…</c>.</summary>
    public string[] Alerts() => [.. Changes.Where(c => c.Opened).Select(opened =>
    {
        var resolved = Changes.SingleOrDefault(c => !c.Opened && c.Rule == opened.Rule && c.OpenedAt == opened.OpenedAt);
        return $"{opened.Rule}: {(opened.OpenedAt - Start).TotalMinutes} - {(resolved is null ? "…" : (resolved.ResolvedAt - Start)?.TotalMinutes)}";
    })];
}
