using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Hosting.Tests;

public sealed class SignInTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("sign-in-").FullName;
    private readonly CodeLog log = new();
    private WebApplication? app;

    public Task InitializeAsync() => StartAsync();

    [Fact]
    public async Task Without_a_session_the_API_is_closed_and_the_health_open()
    {
        using var http = Client();

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/secret")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz")).StatusCode);
    }

    [Fact]
    public async Task The_code_from_the_journal_signs_in_once()
    {
        var code = log.Code;
        using var first = Client();
        using var second = Client();

        Assert.Equal(HttpStatusCode.OK, await SignInAsync(first, new { code }));
        Assert.Equal("secret", await first.GetStringAsync("/api/secret"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(second, new { code }));
        Assert.NotEqual(code, log.Code);
    }

    [Fact]
    public async Task A_chosen_password_replaces_the_code_and_a_session_outlives_a_restart()
    {
        using var http = Client();
        await SignInAsync(http, new { code = log.Code });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await http.PostAsJsonAsync("/api/password", new { password = "short" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsJsonAsync("/api/password", new { password = "a longer one" })).StatusCode);
        Assert.DoesNotContain("a longer one", await File.ReadAllTextAsync(Path.Combine(folder, "password.hash")), StringComparison.Ordinal);

        var port = new Uri(app!.Urls.Single()).Port;
        await app.DisposeAsync();
        log.Code = "";
        await StartAsync(port);

        Assert.Equal("", log.Code);
        Assert.Equal("secret", await http.GetStringAsync("/api/secret"));
        using var other = Client();
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(other, new { password = "another one" }));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(other, new { password = "a longer one" }));
    }

    [Fact]
    public async Task Guessing_is_slowed_down()
    {
        using var http = Client();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
        {
            answers.Add(await SignInAsync(http, new { code = "AAAA-AAAA" }));
        }

        Assert.Equal(10, answers.Count(answer => answer == HttpStatusCode.Unauthorized));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    [Fact]
    public async Task A_page_from_elsewhere_changes_nothing_and_scripts_come_from_here_alone()
    {
        using var http = Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sign-in") { Content = JsonContent.Create(new { code = log.Code }) };
        request.Headers.Add("Origin", "http://elsewhere.example");

        var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("default-src 'self'", string.Join(' ', answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cloud_user_signs_in_with_the_password_in_the_file_and_nobody_else()
    {
        var users = new UserFile(Path.Combine(folder, "users.json"));

        Assert.NotNull(users.Set("operator", "short"));
        Assert.Null(users.Set("operator", "cold chain 2-8"));

        Assert.Equal("operator", users.Verify(new SignInRequest(null, "operator", "cold chain 2-8")));
        Assert.Null(users.Verify(new SignInRequest(null, "operator", "cold chain 2-9")));
        Assert.Null(users.Verify(new SignInRequest(null, "jose", "cold chain 2-8")));
    }

    public async Task DisposeAsync()
    {
        await app!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSingleton<ICredentials>(new GatewayCredentials(folder, log));
        builder.Services.AddSignIn(folder);
        app = builder.Build();
        app.UseSignIn(Path.Combine(folder, "page"));
        app.MapSignIn();
        app.MapGet("/api/secret", () => Results.Text("secret"));
        app.MapGet("/healthz", () => Results.Text("ok")).AllowAnonymous();
        await app.StartAsync();
    }

    private HttpClient Client() => new() { BaseAddress = new Uri(app!.Urls.Single()) };

    private static async Task<HttpStatusCode> SignInAsync(HttpClient http, object body) =>
        (await http.PostAsJsonAsync("/api/sign-in", body)).StatusCode;

    private sealed class CodeLog : ILogger
    {
        public string Code { get; set; } = "";

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is IEnumerable<KeyValuePair<string, object?>> values)
            {
                Code = values.Where(value => value.Key == "Code").Select(value => (string)value.Value!).FirstOrDefault(Code);
            }
        }
    }
}
