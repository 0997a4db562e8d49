using System.Buffers;
using EdgeGateway.Contracts;

namespace EdgeGateway.Agent.Intake;

/// <summary>The excursion rules of one probe, run at the edge as the cloud runs them. For one thread at a time.</summary>
internal sealed class ProbeRules
{
    private readonly Profile profile;
    private readonly ExcursionState state;
    private readonly List<AlertChange> changes = [];
    private readonly List<AlertChange> open = [];

    /// <param name="profile">The rules.</param>
    /// <param name="state">What they remember of the probe.</param>
    public ProbeRules(Profile profile, ExcursionState state)
    {
        this.profile = profile;
        this.state = state;
        Refresh();
    }

    /// <summary>Writes what the rules remember.</summary>
    public void Write(IBufferWriter<byte> output) => state.Write(output);

    /// <summary>Judges a sample.</summary>
    /// <param name="sample">The sample, newest of its probe.</param>
    /// <param name="alarmsChanged">True when an alarm opened or closed with it.</param>
    /// <returns>True when it is evidence: out of range, a fault, or part of an alarm.</returns>
    public bool Judge(in ProbeSample sample, out bool alarmsChanged)
    {
        changes.Clear();
        ExcursionEngine.Apply(profile, state, sample, changes);
        alarmsChanged = changes.Count > 0;
        if (alarmsChanged)
        {
            Refresh();
        }

        return alarmsChanged || open.Count > 0 || sample.Celsius is not { } celsius || !InRange(celsius);
    }

    /// <summary>Judges silence up to now; true when an alarm opened with it.</summary>
    public bool AdvanceTo(DateTimeOffset now)
    {
        changes.Clear();
        ExcursionEngine.AdvanceTo(profile, state, now, changes);
        if (changes.Count > 0)
        {
            Refresh();
        }

        return changes.Count > 0;
    }

    /// <summary>Adds the alarms that are open.</summary>
    public void CopyAlarmsTo(List<EdgeAlarm> alarms, string device)
    {
        if (open.Count == 0)
        {
            return;
        }

        // The peak moves while an alarm is open.
        Refresh();
        alarms.AddRange(open.Select(alert => new EdgeAlarm(device, alert.Kind, alert.Rule, alert.OpenedAt, alert.PeakCelsius)));
    }

    private void Refresh()
    {
        open.Clear();
        state.CopyOpenTo(open);
    }

    private bool InRange(double celsius)
    {
        foreach (var rule in profile.Rules)
        {
            if (celsius >= (rule.Above ?? rule.MktAbove) || celsius <= rule.Below)
            {
                return false;
            }
        }

        return !(celsius >= profile.HardAbove) && !(celsius <= profile.HardBelow);
    }
}
