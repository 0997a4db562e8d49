using System.Text.Json;
using EdgeGateway.Cloud.Consume;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Api;

/// <summary>Lag, and the stream of changes for open pages.</summary>
public static class EventsApi
{
    private static readonly TimeSpan MostOften = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan EverythingMostOften = TimeSpan.FromSeconds(1);

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/lag", (IStore store, TimeProvider time) => Results.Json(Lag.Read(store, time)));
        routes.MapGet("/api/events", Stream);
    }

    private static async Task Stream(HttpContext http, ChangeFeed feed, IHostApplicationLifetime lifetime)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        // Before the page is told that it listens: it then asks for everything, and what changes meanwhile must not be missed.
        using var subscription = feed.Subscribe();
        try
        {
            await http.Response.WriteAsync(": connected\n\n", ended.Token);
            await http.Response.Body.FlushAsync(ended.Token);
            while (true)
            {
                var changes = await subscription.Next(ended.Token);
                await Write(http.Response, "alerts", changes.Alerts, changes.IsEverything, ended.Token);
                await Write(http.Response, "stock", changes.Stock, changes.IsEverything, ended.Token);
                await Write(http.Response, "gateways", changes.Gateways, changes.IsEverything, ended.Token);
                await http.Response.Body.FlushAsync(ended.Token);
                await Task.Delay(changes.IsEverything ? EverythingMostOften : MostOften, ended.Token);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The page was closed, or the service stops: both end the stream.
        }
    }

    private static Task Write(HttpResponse response, string name, IReadOnlyList<string> ids, bool isEverything, CancellationToken stop)
    {
        // An empty list means: more than is worth naming, or than is known here; ask for all.
        const int most = 500;
        return ids.Count == 0 && !isEverything
            ? Task.CompletedTask
            : response.WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(ids.Count > most || isEverything ? [] : ids)}\n\n", stop);
    }
}
