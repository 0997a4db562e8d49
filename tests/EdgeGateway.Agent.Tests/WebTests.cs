using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EdgeGateway.Testing;

namespace EdgeGateway.Agent.Tests;

/// <summary>The gateway's API over HTTP, from the executable.</summary>
public sealed class WebTests : IAsyncLifetime
{
    private const string Probe = """{ "id": "t1", "driver": "hwmon", "address": "none/temp1" }""";

    private readonly RunningGateway gateway = new();

    public Task InitializeAsync() => gateway.Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task Health_and_metrics_are_open_and_all_else_wants_a_session()
    {
        Assert.Equal("ok\n", await gateway.Page.GetStringAsync("healthz"));
        Assert.Contains("edge_buffered_events 0", await gateway.Page.GetStringAsync("metrics"), StringComparison.Ordinal);
        foreach (var path in new[] { "status", "buffer", "devices", "config", "config/pending", "discovery", "diagnostics", "events" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Page.GetAsync("api/" + path)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Page.PostAsJsonAsync("api/sign-in", new { code = "AAAA-AAAA" })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Put("{}")).StatusCode);
    }

    [Fact]
    public async Task Status_and_buffer_say_where_things_stand()
    {
        await gateway.SignIn();
        var status = await gateway.Page.GetFromJsonAsync<JsonElement>("api/status");
        Assert.Equal("g1", status.GetProperty("gateway").GetString());
        Assert.Equal("ntp", status.GetProperty("clock").GetString());
        Assert.Contains(status.GetProperty("uplink").GetProperty("state").GetString(), new[] { "connecting", "down" });
        Assert.Equal("ok", status.GetProperty("buffer").GetProperty("state").GetString());
        Assert.Equal(0, (await gateway.Page.GetFromJsonAsync<JsonElement>("api/buffer")).GetProperty("buffered").GetInt64());
    }

    [Fact]
    public async Task A_configuration_with_mistakes_is_refused_with_all_of_them_and_changes_nothing()
    {
        await gateway.SignIn();
        var before = await gateway.Page.GetStringAsync("api/config");
        var answer = await Put(gateway.Config(devices: """{ "id": "a b", "driver": "hwmon", "address": "x", "profile": "none" }"""));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var mistakes = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("mistakes").EnumerateArray().Select(mistake => mistake.GetProperty("path").GetString()).ToList();
        Assert.Contains("$.devices[0].id", mistakes);
        Assert.Contains("$.devices[0].profile", mistakes);
        Assert.Equal(before, await gateway.Page.GetStringAsync("api/config"));
        Assert.Equal("[]", await gateway.Page.GetStringAsync("api/devices"));
    }

    [Fact]
    public async Task A_good_configuration_is_in_force_at_once_and_written_when_it_is_confirmed()
    {
        await gateway.SignIn();
        var next = gateway.Config(devices: Probe);
        Assert.Equal(HttpStatusCode.OK, (await Put(next)).StatusCode);
        Assert.Contains("\"t1\"", await gateway.Page.GetStringAsync("api/devices"), StringComparison.Ordinal);
        Assert.NotEqual(next, File.ReadAllText(gateway.ConfigFile));
        Assert.Contains("confirmBy", await gateway.Page.GetStringAsync("api/config/pending"), StringComparison.Ordinal);

        var before = File.ReadAllText(gateway.ConfigFile);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Page.PostAsync("api/config/confirm", null)).StatusCode);
        Assert.Equal((next, before), (File.ReadAllText(gateway.ConfigFile), File.ReadAllText(gateway.ConfigFile + ".previous")));
        Assert.Equal(HttpStatusCode.Conflict, (await gateway.Page.PostAsync("api/config/confirm", null)).StatusCode);
    }

    [Fact]
    public async Task A_configuration_that_is_not_confirmed_in_time_is_undone()
    {
        await gateway.SignIn();
        var before = File.ReadAllText(gateway.ConfigFile);
        Assert.Equal(HttpStatusCode.OK, (await Put(gateway.Config(web: """, "confirmWithin": "1s" """, devices: Probe))).StatusCode);
        await Eventually.True(async () => await gateway.Page.GetStringAsync("api/devices") == "[]", "the configuration before is in force again");
        Assert.Equal(before, await gateway.Page.GetStringAsync("api/config"));
        Assert.Equal(before, File.ReadAllText(gateway.ConfigFile));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await gateway.SignIn();

        // Waits for leave to send the body: the server answers without reading it and closes the connection.
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/config")
        {
            Content = new StringContent(new string(' ', (1 << 20) + 1), Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true;
        using var answer = await gateway.Page.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Events_bring_the_status_as_it_changes()
    {
        await gateway.SignIn();
        using var stream = new StreamReader(await gateway.Page.GetStreamAsync("api/events"), Encoding.UTF8);
        Assert.Equal("event: status", await stream.ReadLineAsync());
        Assert.StartsWith("data: {\"gateway\":\"g1\"", await stream.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("", await stream.ReadLineAsync());
        Assert.Equal("event: status", await stream.ReadLineAsync());
    }

    [Fact]
    public async Task The_diagnostics_bundle_holds_state_and_log_but_no_sign_in_code()
    {
        await gateway.SignIn();
        using var zip = new ZipArchive(await gateway.Page.GetStreamAsync("api/diagnostics"));
        Assert.Equal(
            ["config.json", "devices.json", "log.txt", "machine.txt", "metrics.txt", "status.json"],
            zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        using var log = new StreamReader(zip.GetEntry("log.txt")!.Open());
        var lines = await log.ReadToEndAsync();
        Assert.Contains("gateway g1 runs", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("one-time code", lines, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> Put(string json) =>
        gateway.Page.PutAsync("api/config", new StringContent(json, Encoding.UTF8, "application/json"));
}
