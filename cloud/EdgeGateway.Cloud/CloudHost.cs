using System.Data.Common;
using System.Diagnostics.Metrics;
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

    public static WebApplication Build(CloudConfiguration configuration, IStore store, TimeProvider time)
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
        services.AddSingleton(provider => new ViewWriter(store, configuration.Settings, time));
        services.AddSingleton(provider => new OutboxPublisher(configuration, store, provider.GetRequiredService<CloudMetrics>(), provider.GetRequiredService<ILogger<OutboxPublisher>>()));
        services.AddSingleton(provider => Notifiers(provider, configuration, store, time));
        services.AddSingleton<Courier>();
        services.AddHostedService(provider => provider.GetRequiredService<Courier>());
        services.AddHostedService<ConsumeService>();
        services.AddHostedService<ServiceHeart>();
        services.AddSingleton(new ServiceNotifier(time));
        services.AddSingleton<ICredentials>(new UserFile(configuration.UsersPath));
        services.AddSignIn(configuration.StateFolder);
        services.AddPrometheus(CloudMetrics.MeterName);

        var app = builder.Build();
        app.UseSignIn(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.MapPrometheus();
        app.MapSignIn();
        app.MapAlerts();
        app.MapStock();
        app.MapGateways();
        app.MapEvents();
        app.MapGet("/healthz", () => Health(store)).AllowAnonymous();
        Measure(app.Services.GetRequiredService<CloudMetrics>(), app.Services.GetRequiredService<ViewWriter>(), store, time);
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

    private static void Measure(CloudMetrics metrics, ViewWriter views, IStore store, TimeProvider time)
    {
        metrics.Observe("edge_cloud_duplicates_total", "Events and movements that came again and were dropped.", () => views.Duplicates);
        metrics.Observe("edge_cloud_unjudged_readings_total", "Readings more than seven days older than the newest of their probe: kept, not judged.", () => views.TooLate);
        metrics.Observe("edge_cloud_lag_records", "Records of a partition that wait to be folded.", () => LagOf(lag => lag.Records));
        metrics.Observe("edge_cloud_lag_seconds", "Age of the last record folded while others wait.", () => LagOf(lag => lag.Seconds));
        metrics.Observe("edge_cloud_outbox_rows", "Rows of messages that wait to be published.", () => Count("outbox"));
        metrics.Observe("edge_cloud_notifications_waiting", "Notifications that wait to be sent.", () => Count("notifications"));

        IEnumerable<Measurement<double>> LagOf(Func<Lag, double> value) => Ask(() => Lag.Read(store, time).Select(lag =>
            new Measurement<double>(value(lag), new("topic", lag.Topic), new("partition", lag.Partition))).ToList());

        IEnumerable<Measurement<double>> Count(string table) => Ask(() =>
        {
            using var connection = store.OpenReader();
            return [new Measurement<double>(connection.Command($"SELECT COUNT(*) FROM {table}").Rows(row => row.GetInt64(0))[0])];
        });

        // A database that does not answer leaves a gap in the graph, not an error on the metrics page.
        static IEnumerable<Measurement<double>> Ask(Func<List<Measurement<double>>> query)
        {
            try
            {
                return query();
            }
            catch (DbException)
            {
                return [];
            }
        }
    }
}
