namespace EdgeGateway.Contracts;

/// <summary>
/// Judges the samples of a probe by the rules of its profile: pure, on event time, the same at the edge and in the cloud.
/// <list type="bullet">
/// <item>A breach opens, once a rule is broken, at its first out-of-range reading and is resolved at the first one in range.</item>
/// <item>A gap (longer than the profile's <see cref="Profile.SilentAfter"/>, else <see cref="Profile.LongestGap"/>) is unknown:
/// it neither continues nor counts towards a breach. A fault is as if there were no reading.</item>
/// <item>Hard limits open at the first reading past them. Warm breaches wait while a door is open for less than
/// <see cref="Profile.DoorGrace"/> and the hard limit is not passed; cold ones, and mean kinetic temperatures, do not wait.</item>
/// <item>Silence opens when the tolerated time is over and is resolved by any sample, a fault included.</item>
/// </list>
/// </summary>
public static class ExcursionEngine
{
    /// <summary>
    /// Judges a sample; nothing is allocated while it is in range. False when it is not newer than the last one judged:
    /// it is then left out, because what came of the time since would have to be taken back. Who keeps the samples
    /// can judge them all again in their order with a new state.
    /// </summary>
    public static bool Apply(Profile profile, ExcursionState state, in ProbeSample sample, ICollection<AlertChange> changes) =>
        state.Apply(profile, sample, changes);

    /// <summary>
    /// Judges silence: every sample up to <paramref name="eventTime"/> is known to have been applied. Should one
    /// still come that is older than a silence opened thus, the silence is resolved at the time it was opened at.
    /// </summary>
    public static void AdvanceTo(Profile profile, ExcursionState state, DateTimeOffset eventTime, ICollection<AlertChange> changes) =>
        state.AdvanceTo(profile, eventTime, changes);
}
