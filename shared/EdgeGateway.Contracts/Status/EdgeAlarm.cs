namespace EdgeGateway.Contracts;

/// <summary>An alarm open at the edge, by the rules the cloud applies as well.</summary>
/// <param name="Device">Id of the device.</param>
/// <param name="Kind"><c>excursion</c>, <c>silent</c> or <c>fault</c>.</param>
/// <param name="Rule">The rule in words, for example <c>above 8 for 30m</c>.</param>
/// <param name="OpenedAt">Event time.</param>
/// <param name="PeakCelsius">Worst reading so far, °C.</param>
public sealed record EdgeAlarm(string Device, string Kind, string Rule, DateTimeOffset OpenedAt, double? PeakCelsius = null)
{
    internal static EdgeAlarm Read(scoped ref RecordReader json)
    {
        string? device = null, kind = null, rule = null;
        DateTimeOffset? openedAt = null;
        double? peak = null;
        while (json.Next())
        {
            switch (json.NameText)
            {
                case "device": device = json.Id(); break;
                case "kind": kind = json.OneOf("excursion", "silent", "fault"); break;
                case "rule": rule = json.Text(); break;
                case "openedAt": openedAt = json.Time(); break;
                case "peakCelsius": peak = json.Number(TemperatureEvent.MinCelsius, TemperatureEvent.MaxCelsius); break;
                default: json.Skip(); break;
            }
        }

        return new EdgeAlarm(
            RecordReader.Required(device, "device"),
            RecordReader.Required(kind, "kind"),
            RecordReader.Required(rule, "rule"),
            RecordReader.Required(openedAt, "openedAt"),
            peak);
    }
}
