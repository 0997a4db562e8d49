using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeGateway.Hosting;

/// <summary><c>GET /metrics</c>.</summary>
public static class PrometheusEndpoint
{
    /// <param name="services">The application's services.</param>
    /// <param name="meterName">Name of the meter whose instruments are exported.</param>
    public static IServiceCollection AddPrometheus(this IServiceCollection services, string meterName) =>
        services.AddSingleton(new PrometheusExporter(meterName));

    public static void MapPrometheus(this IEndpointRouteBuilder routes)
    {
        // Made now: a counter counts from the first listener on.
        var exporter = routes.ServiceProvider.GetRequiredService<PrometheusExporter>();
        routes.MapGet("/metrics", () => Results.Text(exporter.Render(), "text/plain; version=0.0.4; charset=utf-8")).AllowAnonymous();
    }
}
