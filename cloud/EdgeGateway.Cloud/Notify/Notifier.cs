using System.Data.Common;
using System.Net.Mail;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Notify;

/// <summary>
/// Tells one target what the table of notifications holds for it, at least once and in order. While it cannot be reached the
/// distance between tries grows; a change is given up, with an ERROR, after the configured number of them. When many changes
/// are due they go in one message: quiet while a storm lasts, never silent.
/// </summary>
public sealed class Notifier(int index, INotificationTarget target, NotifySettings settings, IStore store, TimeProvider time, CloudMetrics metrics, ILogger logger)
{
    private const int MostAtOnce = 500;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Sends what is due; false when nothing was.</summary>
    /// <exception cref="DbException">The database failed; try again.</exception>
    public async Task<bool> SendDue(CancellationToken stop)
    {
        var due = Due();
        if (due.Count == 0)
        {
            return false;
        }

        if (due.Count <= settings.GroupAbove)
        {
            due = [due[0]];
        }

        try
        {
            await target.Send(due, stop);
            Delete(due);
            metrics.Notified.Add(due.Count);
        }
        catch (Exception e) when (e is HttpRequestException or SmtpException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            metrics.NotifyFailures.Add(due.Count);
            Postpone(due, e.Message);
        }

        return true;
    }

    // A change that is not due yet holds up those after it, so that a resolve never comes before its open.
    private List<Notification> Due()
    {
        using var connection = store.OpenReader();
        var rows = connection.Command($"SELECT id, alert, state, body, attempts, next_at FROM notifications WHERE target = @target ORDER BY id LIMIT {MostAtOnce}")
            .With("target", (long)index)
            .Rows(row => (Notification: new Notification(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), (int)row.GetInt64(4)), NextAt: row.GetInt64(5)));
        return rows.Count > 0 && rows[0].NextAt <= time.GetUtcNow().ToUnixTimeMilliseconds() ? rows.ConvertAll(row => row.Notification) : [];
    }

    private void Delete(List<Notification> sent)
    {
        using var transaction = store.BeginShort();
        transaction.Command("DELETE FROM notifications WHERE target = @target AND id <= @id").With("target", (long)index).With("id", sent[^1].Id).Run();
        transaction.Commit();
    }

    private void Postpone(List<Notification> failed, string reason)
    {
        var first = failed[0];
        if (first.Attempts + 1 >= settings.MaxAttempts)
        {
            logger.LogError(
                "Telling {Target} of {Count} changes of alerts, the first of {Alert}: failed {Attempts} times ({Reason}) and is given up; see /api/alerts and the target's settings.",
                target.Name, failed.Count, first.AlertId, settings.MaxAttempts, reason);
            Delete(failed);
            return;
        }

        var pause = FirstPause * Math.Pow(2, first.Attempts);
        pause = pause < LongestPause ? pause : LongestPause;
        logger.LogWarning("Telling {Target} of {Alert}: {Reason}; trying again in {Seconds} s.", target.Name, first.AlertId, reason, pause.TotalSeconds);
        using var transaction = store.BeginShort();
        transaction.Command("UPDATE notifications SET attempts = attempts + 1, next_at = @at WHERE target = @target AND id <= @id")
            .With("at", (time.GetUtcNow() + pause).ToUnixTimeMilliseconds()).With("target", (long)index).With("id", failed[^1].Id).Run();
        transaction.Commit();
    }
}
