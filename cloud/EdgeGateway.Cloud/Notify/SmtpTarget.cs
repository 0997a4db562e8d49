using System.Net;
using System.Net.Mail;
using System.Text;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Notify;

/// <summary>Mails each change, or several in one mail.</summary>
/// <param name="settings">The mail server.</param>
/// <param name="password">For it; null when it wants none.</param>
/// <param name="answerLimit">After this a server that does not answer counts as failed.</param>
public sealed class SmtpTarget(SmtpSettings settings, string? password, TimeSpan answerLimit) : INotificationTarget
{
    public string Name => $"smtp {settings.Host}:{settings.Port}";

    public async Task Send(IReadOnlyList<Notification> notifications, CancellationToken stop)
    {
        var alerts = notifications.Select(one => Alert.Parse(Encoding.UTF8.GetBytes(one.Body))).ToList();
        using var mail = new MailMessage { From = new MailAddress(settings.From) };
        foreach (var to in settings.To)
        {
            mail.To.Add(to);
        }

        mail.Subject = alerts.Count == 1 ? Line(alerts[0]) : $"{alerts.Count} alerts changed, {alerts.Count(alert => alert.State == "open")} of them opened";
        mail.Body = string.Join('\n', alerts.Select(alert => $"{Line(alert)}\n  opened {Timestamp.Format(alert.OpenedAt)}{(alert.Late ? ", found late" : "")}\n  {alert.Id}\n"));
        using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Tls };
        if (settings.Username is not null)
        {
            client.Credentials = new NetworkCredential(settings.Username, password);
        }

        // The client's own timeout is not for this form of sending.
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(answerLimit);
        await client.SendMailAsync(mail, limited.Token);
    }

    private static string Line(Alert alert)
    {
        var about = alert.Sku is null ? $"{alert.Gateway} {alert.Device}".TrimEnd() : $"{alert.Site} {alert.Sku}";
        var peak = alert.PeakCelsius is { } celsius ? $", peak {celsius:0.0} °C" : "";
        return $"[{alert.State}] {alert.Kind} {about}: {alert.Rule}{peak}";
    }
}
