using System.Runtime.CompilerServices;
using System.Text.Json;
using EdgeGateway.Buffer;
using EdgeGateway.Devices.Discovery;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Web;

/// <summary>The routes of the gateway's API.</summary>
internal static class GatewayApi
{
    private static readonly TimeSpan EventsEvery = TimeSpan.FromSeconds(1);

    public static void MapGatewayApi(this WebApplication app, EdgeAgent agent, ConfigurationKeeper keeper, Watchdog watchdog, TimeProvider time)
    {
        app.MapGet("/healthz", () => Health(agent, watchdog)).AllowAnonymous();
        app.MapGet("/api/status", () => StatusView.Of(agent, watchdog));
        app.MapGet("/api/buffer", () => BufferView.Of(agent));
        app.MapGet("/api/devices", () => agent.Supervisor.Devices.Select(ApiJson.Device));
        app.MapGet("/api/discovery", (string? llrp, CancellationToken cancel) => Discover(agent, llrp, cancel));
        app.MapGet("/api/diagnostics", (Diagnostics diagnostics) => Results.File(
            diagnostics.Bundle(), "application/zip", $"{agent.Configuration.Gateway.Id}-{time.GetUtcNow():yyyyMMdd-HHmmss}.zip"));
        app.MapGet("/api/events", (IHostApplicationLifetime lifetime, CancellationToken cancel) =>
            TypedResults.ServerSentEvents(Statuses(agent, watchdog, time, lifetime, cancel), eventType: "status"));

        app.MapGet("/api/config", () => Results.Bytes(keeper.InForce, "application/json"));
        app.MapGet("/api/config/pending", () => keeper.ConfirmBy is { } confirmBy ? Results.Json(new { confirmBy }) : Results.Json<object?>(null));
        app.MapPut("/api/config", (HttpRequest request) => Try(keeper, request));
        app.MapPost("/api/config/confirm", async () => await Confirm(keeper));
    }

    /// <summary>Devices that could be added; <paramref name="llrp"/> names networks to look for readers in, separated by commas.</summary>
    private static async Task<IResult> Discover(EdgeAgent agent, string? llrp, CancellationToken cancel)
    {
        var options = new DiscoveryOptions
        {
            LlrpNetworks = llrp?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            Known = [.. agent.Configuration.Devices],
        };
        try
        {
            return Results.Json(await DeviceDiscovery.ScanAsync(agent.Host(), options, cancel));
        }
        catch (FormatException e)
        {
            return Results.Json(new { error = e.Message }, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> Try(ConfigurationKeeper keeper, HttpRequest request)
    {
        using var body = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            return Results.Json(new { error = $"the configuration cannot be taken: {e.Message}" }, statusCode: e.StatusCode);
        }

        var mistakes = new List<Mistake>();
        var confirmBy = await keeper.Try(body.ToArray(), mistakes);
        return mistakes.Count > 0
            ? Results.Json(new { error = "the configuration has mistakes; nothing was changed", mistakes }, statusCode: StatusCodes.Status422UnprocessableEntity)
            : Results.Json(new { confirmBy });
    }

    private static async Task<IResult> Confirm(ConfigurationKeeper keeper)
    {
        try
        {
            return await keeper.Confirm()
                ? Results.Json(new { confirmed = true })
                : Results.Json(new { error = "there is nothing to confirm: the time was over and the configuration before is in force again" }, statusCode: StatusCodes.Status409Conflict);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Results.Json(
                new { error = $"writing the configuration failed: {e.Message}; give the service's user write access to its folder, then confirm again" },
                statusCode: StatusCodes.Status500InternalServerError);
        }
    }

    /// <summary>200 while readings become durable and everything gets on, whether Kafka is there or not.</summary>
    private static IResult Health(EdgeAgent agent, Watchdog watchdog)
    {
        var stats = agent.Buffer.Stats;
        var trouble = stats.State is BufferState.Failing or BufferState.Full ? $"the buffer takes nothing: {stats.Reason}" : watchdog.Stuck;
        return trouble is null ? Results.Text("ok\n") : Results.Text(trouble + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async IAsyncEnumerable<StatusView> Statuses(
        EdgeAgent agent, Watchdog watchdog, TimeProvider time, IHostApplicationLifetime lifetime, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(EventsEvery, time);
        while (true)
        {
            yield return StatusView.Of(agent, watchdog);
            if (ending.IsCancellationRequested || !await Next(timer, ending.Token))
            {
                yield break;
            }
        }
    }

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken cancel)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
