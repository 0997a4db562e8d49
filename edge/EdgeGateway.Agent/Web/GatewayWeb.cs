using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Web;

/// <summary>The gateway's page and API on <c>web.listen</c>.</summary>
internal static class GatewayWeb
{
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<WebApplication> Start(EdgeAgent agent, ConfigurationKeeper keeper, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddEdgeGatewayLogs();
        builder.WebHost.UseUrls(agent.Configuration.Web.Listen);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = Configuration.ConfigurationReader.MaxBytes);
        var app = builder.Build();
        app.MapGet("/healthz", () => "ok");
        await app.StartAsync();
        return app;
    }
}
