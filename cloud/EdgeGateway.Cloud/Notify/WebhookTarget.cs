using System.Security.Cryptography;
using System.Text;

namespace EdgeGateway.Cloud.Notify;

/// <summary>
/// Posts each change as JSON. <c>Idempotency-Key</c> is the alert's id, with <c>/resolved</c> or <c>/acknowledged</c> behind it
/// for the later changes, so that a receiver can drop repetitions and still hears of the end. With a key,
/// <c>X-Signature: sha256=…</c> is the HMAC of timestamp, a dot and the body. Several changes together are a JSON array.
/// </summary>
public sealed class WebhookTarget(HttpClient http, string url, byte[]? key, TimeProvider time) : INotificationTarget
{
    public string Name => "webhook " + new Uri(url).GetLeftPart(UriPartial.Authority);

    public async Task Send(IReadOnlyList<Notification> notifications, CancellationToken stop)
    {
        var body = notifications.Count == 1 ? notifications[0].Body : $"[{string.Join(',', notifications.Select(one => one.Body))}]";
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", KeyOf(notifications));
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString();
        request.Headers.Add("X-Timestamp", timestamp);
        if (key is not null)
        {
            var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{timestamp}.{body}"));
            request.Headers.Add("X-Signature", "sha256=" + Convert.ToHexStringLower(signature));
        }

        using var response = await http.SendAsync(request, stop);
        response.EnsureSuccessStatusCode();
    }

    private static string KeyOf(IReadOnlyList<Notification> notifications)
    {
        if (notifications.Count > 1)
        {
            var all = string.Join('\n', notifications.Select(one => one.AlertId + "/" + one.State));
            return "group/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
        }

        return notifications[0].State == "open" ? notifications[0].AlertId : $"{notifications[0].AlertId}/{notifications[0].State}";
    }
}
