using System.Globalization;

namespace EdgeGateway.Simulator.Drive;

/// <summary>
/// Dates a recorded drive again, so that a receiver that replays it says today's time: gpsd, like the agent, does not
/// believe a receiver that lives years ago. Sentences keep their distance in time; check sums are made anew.
/// </summary>
public static class NmeaLog
{
    private const string TimeForm = "HHmmss.fff";

    /// <param name="sentences">NMEA 0183 lines; ones without a time pass as they are.</param>
    /// <param name="start">Time of the first sentence that has one.</param>
    public static IEnumerable<string> Redate(IEnumerable<string> sentences, DateTimeOffset start)
    {
        TimeSpan? first = null;
        var previous = TimeSpan.Zero;
        var days = 0;
        foreach (var sentence in sentences)
        {
            var fields = Body(sentence).Split(',');
            var timeField = TimeField(fields);
            if (timeField is not { } field || !TryTime(fields[field], out var time))
            {
                yield return sentence;
                continue;
            }

            first ??= time;
            // A drive over midnight.
            days += time < previous - TimeSpan.FromHours(12) ? 1 : 0;
            previous = time;
            var now = start + (time - first.Value) + TimeSpan.FromDays(days);
            fields[field] = now.ToString(TimeForm, CultureInfo.InvariantCulture);
            if (fields[0].EndsWith("RMC", StringComparison.Ordinal) && fields.Length > 9)
            {
                fields[9] = now.ToString("ddMMyy", CultureInfo.InvariantCulture);
            }
            else if (fields[0].EndsWith("ZDA", StringComparison.Ordinal) && fields.Length > 4)
            {
                (fields[2], fields[3], fields[4]) = (now.ToString("dd", CultureInfo.InvariantCulture), now.ToString("MM", CultureInfo.InvariantCulture), now.ToString("yyyy", CultureInfo.InvariantCulture));
            }

            var body = string.Join(',', fields);
            yield return $"${body}*{body.Aggregate(0, (sum, character) => sum ^ character):X2}";
        }
    }

    private static string Body(string sentence)
    {
        var end = sentence.IndexOf('*', StringComparison.Ordinal);
        return end < 0 ? sentence.TrimStart('$') : sentence[..end].TrimStart('$');
    }

    private static int? TimeField(string[] fields) => fields[0].Length != 5 ? null : fields[0][2..] switch
    {
        "RMC" or "GGA" or "ZDA" or "GNS" or "GBS" or "GST" when fields.Length > 1 => 1,
        "GLL" when fields.Length > 5 => 5,
        _ => null,
    };

    private static bool TryTime(string text, out TimeSpan time)
    {
        var parsed = DateTime.TryParseExact(text, ["HHmmss", "HHmmss.f", "HHmmss.ff", TimeForm], CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var value);
        time = value.TimeOfDay;
        return parsed;
    }
}
