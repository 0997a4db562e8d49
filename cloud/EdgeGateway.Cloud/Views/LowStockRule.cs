using System.Globalization;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>Opens an alert when the available units of a level fall below its threshold, and resolves it when there are enough again.</summary>
public sealed class LowStockRule(LowStockSettings settings, AlertBook alerts)
{
    /// <summary>Judges a level after a change.</summary>
    /// <param name="level">With the change.</param>
    /// <param name="at">Event time of the change, Unix milliseconds.</param>
    /// <param name="recordAt">When its record reached Kafka, Unix milliseconds.</param>
    public void Judge(LevelRow level, long at, long recordAt)
    {
        var threshold = settings.ThresholdOf(level.Sku);
        var available = level.Judged - level.Reservations.Total;
        if (level.LowSince is null && available < threshold)
        {
            level.LowSince = at;
            alerts.Open(AlertOf(level, threshold, DateTimeOffset.FromUnixTimeMilliseconds(at), resolvedAt: null, recordAt));
        }
        else if (level.LowSince is { } since && available >= settings.EnoughAgain(threshold))
        {
            level.LowSince = null;
            alerts.Resolve(AlertOf(level, threshold, DateTimeOffset.FromUnixTimeMilliseconds(since), DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(since, at)), recordAt));
        }
    }

    private static Alert AlertOf(LevelRow level, long threshold, DateTimeOffset openedAt, DateTimeOffset? resolvedAt, long recordAt)
    {
        var rule = string.Create(CultureInfo.InvariantCulture, $"below {threshold}");
        return new Alert
        {
            Id = Alert.IdOf(level.Site, level.Sku, "low-stock", rule, openedAt),
            Kind = "low-stock",
            Severity = Severities.Warning,
            State = resolvedAt is null ? "open" : "resolved",
            Site = level.Site,
            Sku = level.Sku,
            Rule = rule,
            OpenedAt = openedAt,
            DetectedAt = default,
            ResolvedAt = resolvedAt,
            Late = AlertBook.IsLate(resolvedAt ?? openedAt, recordAt),
        };
    }
}
