namespace EdgeGateway.Contracts;

/// <summary>Judges the samples of a probe by the rules of its profile: pure, on event time, the same at the edge and in the cloud.</summary>
public static class ExcursionEngine
{
    /// <summary>
    /// Judges a sample. False when it is not newer than the last one judged: it then changes nothing,
    /// so that the same samples in the same order give the same alerts.
    /// </summary>
    public static bool Apply(Profile profile, ExcursionState state, in ProbeSample sample, ICollection<AlertChange> changes) =>
        throw new NotSupportedException("Comes with the next commits.");

    /// <summary>Says that the door of the probe opened or closed, where samples do not carry it themselves.</summary>
    public static void Door(ExcursionState state, DateTimeOffset at, bool open) => throw new NotSupportedException("Comes with the next commits.");

    /// <summary>Judges silence: everything up to <paramref name="eventTime"/> is known to have arrived.</summary>
    public static void AdvanceTo(Profile profile, ExcursionState state, DateTimeOffset eventTime, ICollection<AlertChange> changes) =>
        throw new NotSupportedException("Comes with the next commits.");
}
