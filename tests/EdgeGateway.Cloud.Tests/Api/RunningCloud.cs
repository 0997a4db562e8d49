using System.Net.Http.Json;
using System.Text.Json;
using EdgeGateway.Cloud.Api;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeGateway.Cloud.Tests.Api;

/// <summary>The page and API over views that a test folds into; no Kafka answers, and operator is signed in.</summary>
internal sealed class RunningCloud : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private Microsoft.AspNetCore.Builder.WebApplication? app;

    public IStore Store { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public static async Task<RunningCloud> Start(string database)
    {
        var cloud = new RunningCloud();
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        var path = cloud.folder.Write("cloud.json", $$$"""
            {"kafka":{"bootstrapServers":"127.0.0.1:1"},"database":"{{{database}}}","web":{"listen":"{{{address}}}"},"users":"users.json"}
            """);
        new UserFile(cloud.folder["users.json"]).Set("operator", "correct horse");
        var mistakes = new List<Mistake>();
        var configuration = CloudConfiguration.Read(path, mistakes);
        Assert.Empty(mistakes);
        cloud.Store = configuration!.OpenStore();
        cloud.Store.Migrate();
        cloud.app = CloudHost.Build(configuration, cloud.Store, new ViewWriter(cloud.Store, configuration.Settings, TimeProvider.System), TimeProvider.System);
        await cloud.app.StartAsync();
        cloud.Http = new HttpClient { BaseAddress = new Uri(address) };
        (await cloud.Http.PostAsJsonAsync("/api/sign-in", new { user = "operator", password = "correct horse" })).EnsureSuccessStatusCode();
        return cloud;
    }

    /// <summary>Tells those who watch, as the consume loop does after a commit.</summary>
    public void Publish(Changes changes) => app!.Services.GetRequiredService<ChangeFeed>().Publish(changes);

    /// <summary>Opens the stream of changes.</summary>
    public async Task<EventStream> Events() => new(await Http.GetStreamAsync("/api/events"));

    /// <summary>What <c>/metrics</c> says of one series.</summary>
    public async Task<double> Metric(string series) => Metrics.Of(await Http.GetStringAsync("/metrics"), series);

    public Task<JsonElement> Get(string path) => Http.GetFromJsonAsync<JsonElement>(path);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app!.StopAsync();
        await app.DisposeAsync();
        await Store.DisposeAsync();
        folder.Dispose();
    }
}
