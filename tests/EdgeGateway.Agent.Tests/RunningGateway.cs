using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using EdgeGateway.Testing;

namespace EdgeGateway.Agent.Tests;

/// <summary>The executable as the service manager runs it, with its page, in a folder of its own. Any ERROR line fails the test that disposes it.</summary>
internal sealed partial class RunningGateway : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string?> environment = new(StringComparer.Ordinal) { ["JOURNAL_STREAM"] = null, ["NOTIFY_SOCKET"] = null };
    private ChildProcess? process;

    public RunningGateway()
    {
        Page = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Next()}/") };
        ConfigFile = folder.Write("gateway.json", Config());
    }

    public HttpClient Page { get; }

    public string ConfigFile { get; }

    public ChildProcess Process => process!;

    public string this[string file] => folder[file];

    /// <summary>A configuration that needs no broker, with further keys of <c>web</c> and devices.</summary>
    public string Config(string web = "", string devices = "") =>
        $$"""
        {
          "gateway": { "id": "g1", "site": "dallas" },
          "uplink": { "bootstrapServers": "127.0.0.1:1" },
          "web": { "listen": "{{Page.BaseAddress!.GetLeftPart(UriPartial.Authority)}}"{{web}} },
          "clock": { "assume": "ntp" },
          "devices": [ {{devices}} ]
        }
        """;

    public void Set(string variable, string value) => environment[variable] = value;

    public async Task Start()
    {
        process = ChildProcess.Start(Repository.Agent, ["run", "--config", ConfigFile], environment);
        await process.WaitForLine("its page is at", TimeSpan.FromSeconds(30));
    }

    /// <summary>Signs in with the one-time code of the log.</summary>
    public async Task SignIn()
    {
        var code = Code().Matches(string.Join('\n', Process.Errors))[^1].Groups["code"].Value;
        var answer = await Page.PostAsJsonAsync("api/sign-in", new { code });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        Page.Dispose();
        var errors = process?.UnprovokedErrors() ?? [];
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        folder.Dispose();
        Assert.Empty(errors);
    }

    [GeneratedRegex("one-time code (?<code>[A-Z0-9-]+)", RegexOptions.None, 1000)]
    private static partial Regex Code();
}
