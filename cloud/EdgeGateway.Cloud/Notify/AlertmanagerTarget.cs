using System.Text;
using System.Text.Json;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Notify;

/// <summary>Posts to an Alertmanager's API v2; a resolved alert carries its end.</summary>
public sealed class AlertmanagerTarget(HttpClient http, string url) : INotificationTarget
{
    // Alertmanager takes an alert without an end for resolved after a few minutes unless it is told of it again.
    private static readonly TimeSpan StaysOpen = TimeSpan.FromDays(365);

    public string Name => "alertmanager " + url;

    public async Task Send(IReadOnlyList<Notification> notifications, CancellationToken stop)
    {
        using var content = new StringContent(Body(notifications), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(url.TrimEnd('/') + "/api/v2/alerts", content, stop);
        response.EnsureSuccessStatusCode();
    }

    private static string Body(IReadOnlyList<Notification> notifications) => JsonSerializer.Serialize(notifications.Select(notification =>
    {
        var alert = Alert.Parse(Encoding.UTF8.GetBytes(notification.Body));
        var labels = new Dictionary<string, string> { ["alertname"] = alert.Kind, ["severity"] = alert.Severity, ["id"] = alert.Id };
        foreach (var (name, value) in new[] { ("gateway", alert.Gateway), ("device", alert.Device), ("site", alert.Site), ("asset", alert.Asset), ("sku", alert.Sku) })
        {
            if (value is not null)
            {
                labels[name] = value;
            }
        }

        var endsAt = alert.ResolvedAt is { } resolved && resolved > alert.OpenedAt ? resolved : alert.OpenedAt.AddMilliseconds(1);
        return new
        {
            labels,
            annotations = new Dictionary<string, string> { ["summary"] = $"{alert.Kind}: {alert.Rule}" },
            startsAt = Timestamp.Format(alert.OpenedAt),
            endsAt = Timestamp.Format(alert.State == "resolved" ? endsAt : alert.DetectedAt + StaysOpen),
        };
    }));
}
