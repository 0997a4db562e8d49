namespace EdgeGateway.Contracts;

/// <summary>An alarm open at the edge, by the rules the cloud applies as well.</summary>
/// <param name="Device">Id of the device.</param>
/// <param name="Kind"><c>excursion</c>, <c>silent</c> or <c>fault</c>.</param>
/// <param name="Rule">The rule in words, for example <c>above 8 for 30m</c>.</param>
/// <param name="OpenedAt">Event time.</param>
/// <param name="PeakCelsius">Worst reading so far, °C.</param>
public sealed record EdgeAlarm(string Device, string Kind, string Rule, DateTimeOffset OpenedAt, double? PeakCelsius = null);
