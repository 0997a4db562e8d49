namespace EdgeGateway.Testing;

/// <summary>A PostgreSQL of its own from Debian's package; each test takes a database of its own in it.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    // PostgreSQL refuses to run as root.
    private static readonly string? User = Environment.IsPrivilegedProcess ? "postgres" : null;

    private readonly TempFolder folder = new();
    private readonly int port = FreePort.Next();
    private string[] settings = [];
    private ChildProcess? process;
    private int databases;

    private PostgresServer()
    {
    }

    /// <summary>Makes a cluster and starts it, 2 to 3 s; <paramref name="settings"/> such as <c>fsync=on</c> go on its command line.</summary>
    public static async Task<PostgresServer> StartNew(params string[] settings)
    {
        var server = new PostgresServer();
        string data = server.folder["data"];
        Directory.CreateDirectory(data);
        if (User is not null)
        {
            await Must("chmod", ["755", server.folder.Path]);
            await Must("chown", [User, data]);
        }

        await Must(Command("initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], User);
        server.settings = ["fsync=off", "max_connections=200", .. settings];
        await server.EndOutage();
        return server;
    }

    /// <summary>Takes it away in the middle of everything; the next start recovers as after a crash.</summary>
    public async Task BeginOutage()
    {
        // At SIGQUIT it stops at once but gives back its shared memory, which SIGKILL would leak.
        process!.Send(3);
        await process.WaitForExit();
        process.Dispose();
        process = null;
    }

    /// <summary>Starts it again on what it had, at the same address.</summary>
    public async Task EndOutage()
    {
        string data = folder["data"];
        process = ChildProcess.Start(
            Command("postgres"),
            ["-D", data, "-p", $"{port}", "-h", "127.0.0.1", "-k", data, .. settings.SelectMany(s => (string[])["-c", s])],
            user: User);
        await process.WaitForLine("ready to accept connections", TimeSpan.FromSeconds(60));
    }

    /// <summary>Makes an empty database and returns its connection string for Npgsql.</summary>
    public async Task<string> CreateDatabase()
    {
        string name = $"test{Interlocked.Increment(ref databases)}";
        await Must(Command("createdb"), ["-h", "127.0.0.1", "-p", $"{port}", "-U", "postgres", name]);
        return $"Host=127.0.0.1;Port={port};Username=postgres;Database={name}";
    }

    /// <summary>Deletes the database that was made last.</summary>
    public Task DropDatabase() => Must(Command("dropdb"), ["-h", "127.0.0.1", "-p", $"{port}", "-U", "postgres", "--force", $"test{databases}"]);

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await BeginOutage();
        }

        folder.Dispose();
    }

    private static async Task Must(string file, string[] arguments, string? user = null)
    {
        (int exitCode, string output, string errors) = await ChildProcess.Run(file, arguments, user: user);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {exitCode}: {output}{errors}");
        }
    }

    // Debian keeps a folder a version and none of them on the PATH.
    private static string Command(string name) =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetFiles("/usr/lib/postgresql", name, SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault() ?? name
            : name;
}
