using System.Buffers;
using System.Text;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Store;

/// <summary>An alert's change that one notification target is still to be told. <paramref name="NextAt"/> in Unix milliseconds.</summary>
public sealed record NotificationRow(int Target, string AlertId, string State, string Body, int Attempts, long NextAt)
{
    public static readonly Table<long, NotificationRow> Table = new(
        "notifications", ["target", "alert", "state", "body", "attempts", "next_at"], 0,
        (_, _) => throw new NotSupportedException("notifications are read by time"),
        (row, to) =>
        {
            to.Integer(row.Target);
            to.Text(row.AlertId);
            to.Text(row.State);
            to.Text(row.Body);
            to.Integer(row.Attempts);
            to.Integer(row.NextAt);
        },
        from => new NotificationRow((int)from.Integer(), from.Text(), from.Text(), from.Text(), (int)from.Integer(), from.Integer()));

    /// <summary>One row a target, due at once.</summary>
    /// <param name="alert">As it stands after the change.</param>
    /// <param name="targets">Number of configured targets.</param>
    /// <param name="now">Processing time.</param>
    /// <param name="state">Names the change, where the alert's state does not: an alert can open twice.</param>
    public static IEnumerable<NotificationRow> For(Alert alert, int targets, DateTimeOffset now, string? state = null)
    {
        if (targets == 0)
        {
            return [];
        }

        var json = new ArrayBufferWriter<byte>(512);
        alert.Write(json);
        var body = Encoding.UTF8.GetString(json.WrittenSpan);
        return Enumerable.Range(0, targets).Select(target => new NotificationRow(target, alert.Id, state ?? alert.State, body, 0, now.ToUnixTimeMilliseconds()));
    }
}
