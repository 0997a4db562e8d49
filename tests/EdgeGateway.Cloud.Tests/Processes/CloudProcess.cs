using System.Net.Http.Json;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Processes;

/// <summary>The real executable with a configuration of its own, signed in as <c>operator</c>.</summary>
internal sealed class CloudProcess : IDisposable
{
    public const string Password = "correct horse";

    // The records are of another year: the clock would find their gateways lost, at a moment of its own.
    private const string GatewayLostAfter = "3650d";

    private readonly TempFolder folder = new();
    private readonly List<ChildProcess> started = [];
    private readonly string database;

    public CloudProcess(string bootstrap, string group, string database, string notify = "[]")
    {
        this.database = database;
        Address = $"http://127.0.0.1:{FreePort.Next()}";
        Config = folder.Write("cloud.json", $$$"""
            {"kafka":{"bootstrapServers":"{{{bootstrap}}}","groupId":"{{{group}}}"},"database":"{{{database}}}",
             "web":{"listen":"{{{Address}}}"},"users":"users.json","notify":{{{notify}}},"lowStock":{"default":10},"gatewayLostAfter":"{{{GatewayLostAfter}}}",
             "profiles":{"chilled":{"rules":[{"above":8.0,"for":"5m"}],"silentAfter":"15m"} } }
            """);
        Assert.Null(new EdgeGateway.Hosting.UserFile(folder["users.json"]).Set("operator", Password));
    }

    public string Address { get; }

    public string Config { get; }

    public ChildProcess Process => started[^1];

    /// <summary>Lines on standard error of all starts that mean lost data or a needed person.</summary>
    public IEnumerable<string> Errors => started.SelectMany(process => process.Errors).Where(line => line.Contains(" fail:", StringComparison.Ordinal) || line.Contains(" crit:", StringComparison.Ordinal));

    public async Task Start()
    {
        started.Add(ChildProcess.Start(Repository.Cloud, ["run", "--config", Config]));
        await Process.WaitForLine("Ready on", TimeSpan.FromSeconds(60));
    }

    public Task<(int ExitCode, string Output, string Errors)> Run(params string[] arguments) =>
        ChildProcess.Run(Repository.Cloud, [.. arguments, "--config", Config], within: TimeSpan.FromSeconds(60));

    public async Task<HttpClient> SignIn()
    {
        var http = new HttpClient { BaseAddress = new Uri(Address) };
        using var response = await http.PostAsJsonAsync("/api/sign-in", new { user = "operator", password = Password });
        response.EnsureSuccessStatusCode();
        return http;
    }

    /// <summary>Records that its database holds the outcome of.</summary>
    public long Folded() => Query(store =>
    {
        using var connection = store.OpenReader();
        return connection.Command("SELECT COALESCE(SUM(next_offset), 0) FROM consumed").Rows(row => Convert.ToInt64(row.GetValue(0)))[0];
    });

    /// <summary>Changes its database behind its back.</summary>
    public void Change(string sql) => Query(store =>
    {
        using var transaction = store.Begin();
        var rows = transaction.Command(sql).Run();
        transaction.Commit();
        return rows;
    });

    /// <summary>All its views, row by row.</summary>
    public List<string> Dump() => Query(store => ViewDump.Of(store).ToList());

    public void Dispose()
    {
        started.ForEach(process => process.Dispose());
        folder.Dispose();
    }

    private T Query<T>(Func<IStore, T> query)
    {
        var store = Database.Open(database);
        try
        {
            return query(store);
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
