using System.Text;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Notify;

/// <summary>Makes the targets that the configuration names.</summary>
public static class NotificationTargets
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MailLimit = TimeSpan.FromSeconds(30);

    /// <exception cref="IOException">A secret's file cannot be read, or others can.</exception>
    public static INotificationTarget Make(NotifySettings settings, string folder, TimeProvider time)
    {
        if (settings.Smtp is { } smtp)
        {
            return new SmtpTarget(smtp, smtp.PasswordFile is { } file ? SecretFile.Read(Path.Combine(folder, file)) : null, MailLimit);
        }

        var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = AnswerLimit };
        return settings.Alertmanager is { } url
            ? new AlertmanagerTarget(http, url)
            : new WebhookTarget(http, settings.Webhook!, settings.SecretFile is { } secret ? Encoding.UTF8.GetBytes(SecretFile.Read(Path.Combine(folder, secret))) : null, time);
    }
}
