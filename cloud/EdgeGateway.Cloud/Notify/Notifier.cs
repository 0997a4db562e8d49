using System.Data.Common;
using System.Net.Mail;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Notify;

/// <summary>
/// Tells one target what the table of notifications holds for it, at least once and in order. While it cannot be reached the
/// distance between tries grows; a change is given up, with an ERROR, after the configured number of them. In a storm, that is
/// past so many changes within a minute, all that gather go in one message every 15 seconds: quiet, never silent.
/// </summary>
public sealed class Notifier(int index, INotificationTarget target, NotifySettings settings, IStore store, TimeProvider time, CloudMetrics metrics, ILogger logger)
{
    private const int MostAtOnce = 500;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(15);

    // When each of the last changes was told; as many as make a storm are enough to know.
    private readonly Queue<DateTimeOffset> told = new();
    private DateTimeOffset lastMessageAt;

    /// <summary>Sends what is due; false when nothing is, or when it is to gather.</summary>
    /// <exception cref="DbException">The database failed; try again.</exception>
    public async Task<bool> SendDue(CancellationToken stop)
    {
        var due = Due();
        if (due.Count == 0)
        {
            return false;
        }

        var now = time.GetUtcNow();
        while (told.TryPeek(out var at) && now - at >= Minute)
        {
            told.Dequeue();
        }

        if (told.Count + due.Count <= settings.GroupAbove)
        {
            due = [due[0]];
        }
        else if (now - lastMessageAt < Gathering && due.Count < MostAtOnce)
        {
            return false;
        }

        try
        {
            await target.Send(due, stop);
            Delete(due);
            metrics.Notified.Add(due.Count);
            lastMessageAt = now;
            for (var i = 0; i < due.Count && told.Count < settings.GroupAbove; i++)
            {
                told.Enqueue(now);
            }
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

    private void Delete(List<Notification> done)
    {
        using var transaction = store.BeginShort();
        transaction.Command("DELETE FROM notifications WHERE target = @target AND id <= @id").With("target", (long)index).With("id", done[^1].Id).Run();
        transaction.Commit();
    }

    private void Postpone(List<Notification> failed, string reason)
    {
        // Changes that were told together need not have been tried as often.
        var givenUp = failed.TakeWhile(one => one.Attempts + 1 >= settings.MaxAttempts).ToList();
        if (givenUp.Count > 0)
        {
            logger.LogError(
                "Telling {Target} of {Count} changes of alerts, the first of {Alert}: failed {Attempts} times ({Reason}) and is given up; see /api/alerts and the target's settings.",
                target.Name, givenUp.Count, givenUp[0].AlertId, settings.MaxAttempts, reason);
            Delete(givenUp);
            if (givenUp.Count == failed.Count)
            {
                return;
            }
        }

        var first = failed[givenUp.Count];
        var pause = FirstPause * Math.Pow(2, Math.Min(first.Attempts, 20));
        pause = pause < LongestPause ? pause : LongestPause;
        logger.LogWarning("Telling {Target} of {Alert}: {Reason}; trying again in {Seconds} s.", target.Name, first.AlertId, reason, pause.TotalSeconds);
        using var transaction = store.BeginShort();
        transaction.Command("UPDATE notifications SET attempts = attempts + 1, next_at = @at WHERE target = @target AND id <= @id")
            .With("at", (time.GetUtcNow() + pause).ToUnixTimeMilliseconds()).With("target", (long)index).With("id", failed[^1].Id).Run();
        transaction.Commit();
    }
}
