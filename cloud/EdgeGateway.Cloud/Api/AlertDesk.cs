using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Outbox;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Api;

/// <summary>Where a person acknowledges an alert: who, when and why go into the audit trail, and everybody is told.</summary>
public sealed class AlertDesk(IStore store, CloudSettings settings, TimeProvider time, Courier courier, ChangeFeed feed)
{
    /// <summary>Acknowledges an open alert.</summary>
    /// <returns>The alert as it is now; unchanged when it was not open, null when there is none.</returns>
    public Alert? Acknowledge(string id, string by, string? note)
    {
        using var transaction = store.Begin();
        Alert? alert = null;
        transaction.Load(AlertRow.Table, [id], row => alert = row);
        if (alert is not { State: "open" })
        {
            return alert;
        }

        var now = time.GetUtcNow();
        var acknowledged = alert with { State = "acknowledged", AcknowledgedBy = by, Note = note };
        var outbox = new Outbox.Outbox();
        AlertBook.Publish(outbox, acknowledged);
        transaction.Save(AlertRow.Table, [acknowledged]);
        transaction.Append(AuditRow.Table, [new AuditRow(id, now.ToUnixTimeMilliseconds(), by, "acknowledged", alert.State, acknowledged.State, note)]);
        transaction.Append(NotificationRow.Table, NotificationRow.For(acknowledged, settings.Notify.Count, now).ToList());
        outbox.Save(transaction);
        // Other instances then tell their pages.
        transaction.Command("UPDATE meta SET value = value + 1 WHERE name = 'commits'").Run();
        transaction.Commit();
        courier.Ring();
        feed.Publish(new Changes([id], [], []));
        return acknowledged;
    }
}
