using System.Data.Common;
using EdgeGateway.Cloud.Api;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Consume;
using EdgeGateway.Cloud.Notify;
using EdgeGateway.Cloud.Outbox;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud;

/// <summary>Puts the parts together.</summary>
public sealed class CloudHost
{
    private CloudHost()
    {
    }

    public static WebApplication Build(CloudConfiguration configuration, IStore store, ViewWriter views, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(configuration.Settings.Web.Listen);
        builder.Logging.AddEdgeGatewayLogs();
        var services = builder.Services;
        services.AddSingleton(configuration);
        services.AddSingleton(configuration.Settings);
        services.AddSingleton(store);
        services.AddSingleton(time);
        services.AddSingleton<CloudMetrics>();
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<AlertDesk>();
        services.AddSingleton(views);
        services.AddSingleton(provider => new OutboxPublisher(configuration, store, provider.GetRequiredService<CloudMetrics>(), provider.GetRequiredService<ILogger<OutboxPublisher>>()));
        services.AddSingleton(provider => Notifiers(provider, configuration, store, time));
        services.AddSingleton<Courier>();
        services.AddHostedService(provider => provider.GetRequiredService<Courier>());
        services.AddSingleton<ConsumeService>();
        services.AddHostedService(provider => provider.GetRequiredService<ConsumeService>());
        services.AddHostedService<ServiceHeart>();
        services.AddSingleton(new ServiceNotifier(time));
        services.AddSingleton<ICredentials>(new UserFile(configuration.UsersPath));
        services.AddSignIn(configuration.StateFolder);
        services.AddPrometheus(CloudMetrics.MeterName);

        var app = builder.Build();
        // Connects in the meantime.
        app.Services.GetRequiredService<ConsumeService>();
        app.UseSignIn(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.MapPrometheus();
        app.MapSignIn();
        app.MapAlerts();
        app.MapStock();
        app.MapGateways();
        app.MapEvents();
        app.MapGet("/healthz", () => Health(store)).AllowAnonymous();
        var metrics = app.Services.GetRequiredService<CloudMetrics>();
        metrics.Observe("edge_cloud_duplicates_total", "Events and movements that came again and were dropped.", () => views.Duplicates);
        metrics.Observe("edge_cloud_unjudged_readings_total", "Readings more than seven days older than the newest of their probe: kept, not judged.", () => views.TooLate);
        new StoreMetrics(store, time).AddTo(metrics);
        return app;
    }

    private static IReadOnlyList<Notifier> Notifiers(IServiceProvider provider, CloudConfiguration configuration, IStore store, TimeProvider time)
    {
        var metrics = provider.GetRequiredService<CloudMetrics>();
        var logger = provider.GetRequiredService<ILogger<Notifier>>();
        return [.. configuration.Settings.Notify.Select((settings, index) =>
            new Notifier(index, NotificationTargets.Make(settings, configuration.Folder, time), settings, store, time, metrics, logger))];
    }

    private static IResult Health(IStore store)
    {
        try
        {
            using var connection = store.OpenReader();
            connection.Command("SELECT 1").Run();
            return Results.Text("ok\n");
        }
        catch (DbException e)
        {
            return Results.Text($"the database does not answer: {e.Message}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
