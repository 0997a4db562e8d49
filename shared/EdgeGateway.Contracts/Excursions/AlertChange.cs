namespace EdgeGateway.Contracts;

/// <summary>An alert of one probe opened or was resolved, all in event time.</summary>
/// <param name="Kind"><c>excursion</c>, <c>silent</c> or <c>fault</c>.</param>
/// <param name="Rule">The rule in words, for example <c>above 8 for 30m</c>.</param>
/// <param name="OpenedAt">First out-of-range reading, end of the tolerated silence, or first fault.</param>
/// <param name="ResolvedAt">Null while it is open.</param>
/// <param name="PeakCelsius">Worst reading so far: highest of a warm breach, lowest of a cold one.</param>
/// <param name="MktCelsius">Highest mean kinetic temperature so far, for rules on it.</param>
/// <param name="Severity"><see cref="Severities.Critical"/> for excursions, <see cref="Severities.Warning"/> for silence and faults.</param>
/// <param name="Opened">True when it opened with this change, false when it was resolved.</param>
/// <param name="FulfilledAt">Event time at which the rule was broken, that is when the alert could be known at the earliest.</param>
public sealed record AlertChange(
    string Kind, string Rule, DateTimeOffset OpenedAt, DateTimeOffset? ResolvedAt,
    double? PeakCelsius, double? MktCelsius, string Severity, bool Opened, DateTimeOffset FulfilledAt)
{
    /// <summary>The same for the same breach, however and how often it is found out: <c>gateway/device/kind/rule-slug/openedAt in Unix ms</c>.</summary>
    public string AlertId(string gateway, string device) => Alert.IdOf(gateway, device, Kind, Rule, OpenedAt);
}
