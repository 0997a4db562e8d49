using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Web;

/// <summary>The gateway's page and API on <c>web.listen</c>.</summary>
internal static class GatewayWeb
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<WebApplication> Start(
        EdgeAgent agent, ConfigurationKeeper keeper, Watchdog watchdog, RecentLogs recent, ILoggerFactory logs, TimeProvider time)
    {
        // Its own state lies beside the buffer: one folder to back up, one folder to give the service.
        var state = Path.GetDirectoryName(agent.Configuration.Buffer.Path)!;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddEdgeGatewayLogs().AddProvider(recent);
        builder.Services.AddSingleton(agent);
        builder.Services.AddSingleton(keeper);
        builder.Services.AddSingleton(watchdog);
        builder.Services.AddSingleton(recent);
        builder.Services.AddSingleton<Diagnostics>();
        builder.Services.AddSingleton<ICredentials>(new GatewayCredentials(state, logs.CreateLogger<GatewayCredentials>()));
        builder.Services.AddSignIn(state);
        builder.Services.AddPrometheus(GatewayMetrics.MeterName);
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        builder.WebHost.UseUrls(agent.Configuration.Web.Listen);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = Configuration.ConfigurationReader.MaxBytes);

        var app = builder.Build();
        app.UseSignIn(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.MapSignIn();
        app.MapPrometheus();
        app.MapGatewayApi(agent, keeper, watchdog, time);
        await app.StartAsync();
        return app;
    }
}
