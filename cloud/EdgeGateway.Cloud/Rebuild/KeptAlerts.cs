using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Rebuild;

/// <summary>
/// What is kept of the old alerts when rebuilt views take over: what persons did and when each was detected. Made as the rebuild
/// starts. Each alert that changes goes into the audit trail and on its topic; notifications are for what is new in the world.
/// </summary>
internal sealed class KeptAlerts(TimeProvider time)
{
    private const string Rebuilt = "the views were rebuilt";
    private static readonly string Select = $"SELECT {string.Join(", ", AlertRow.Table.Columns)} FROM alerts";

    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private List<Alert> old = [];

    /// <summary>Reads the old alerts while the old views are in place.</summary>
    public void Read(IStoreTransaction transaction) => old = ReaderRow.Rows(transaction.Command(Select), AlertRow.Table);

    /// <summary>Puts them together with the new ones while the new views are in place.</summary>
    public void Save(IStoreTransaction transaction)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = ReaderRow.Rows(transaction.Command(Select), AlertRow.Table).ToDictionary(alert => alert.Id, StringComparer.Ordinal);
        var outbox = new Outbox.Outbox();
        var audit = new List<AuditRow>();
        var merged = old.ConvertAll(alert => Merge(alert, found.GetValueOrDefault(alert.Id)));
        foreach (var (before, after) in old.Zip(merged))
        {
            found.Remove(after.Id);
            if (after != before)
            {
                var change = AlertBook.IsWithdrawn(after) ? "withdrawn" : "corrected";
                audit.Add(new AuditRow(after.Id, now, AuditRow.System, change, before.State, after.State, Rebuilt));
                AlertBook.Publish(outbox, after);
            }
        }

        // Of those that opened and were withdrawn on the way nobody was told.
        transaction.Command("DELETE FROM alerts WHERE resolved_at = opened_at").Run();
        foreach (var alert in found.Values.Where(alert => !AlertBook.IsWithdrawn(alert)))
        {
            audit.Add(new AuditRow(alert.Id, now, AuditRow.System, "opened", null, alert.State, Rebuilt));
            AlertBook.Publish(outbox, alert);
        }

        transaction.Save(AlertRow.Table, merged);
        transaction.Append(AuditRow.Table, audit);
        outbox.Save(transaction);
        transaction.Command("UPDATE meta SET value = value + 1 WHERE name = 'generation'").Run();
    }

    private Alert Merge(Alert alert, Alert? rebuilt)
    {
        if (rebuilt is null)
        {
            return IsUnfounded(alert) ? alert with { State = "resolved", ResolvedAt = alert.OpenedAt } : alert;
        }

        return rebuilt with
        {
            DetectedAt = alert.DetectedAt,
            State = rebuilt.State == "open" && alert.State == "acknowledged" ? "acknowledged" : rebuilt.State,
            AcknowledgedBy = alert.AcknowledgedBy,
            Note = alert.Note,
        };
    }

    // Nothing would ever resolve it. Heartbeats are not kept as long as alerts on them may last, so those stay; and what was
    // detected since the rebuild started lies in records that are still to be read.
    private bool IsUnfounded(Alert alert) =>
        alert.ResolvedAt is null && alert.DetectedAt < startedAt && (alert.Kind is "excursion" or "fault" or "low-stock");
}
