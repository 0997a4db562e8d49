using EdgeGateway.Cloud.Store;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Store;

/// <summary>The two databases that everything about stores is tested on; PostgreSQL is started once for all.</summary>
public sealed class Database : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private PostgresServer? server;
    private int count;

    public static TheoryData<string> Both => ["sqlite", "postgres"];

    public async Task InitializeAsync() => server = await PostgresServer.StartNew();

    /// <summary>What the configuration's <c>database</c> would be.</summary>
    public async Task<string> New(string kind) => kind == "sqlite"
        ? "sqlite:" + folder[$"{Interlocked.Increment(ref count)}.db"]
        : "postgres:" + await server!.CreateDatabase();

    public static IStore Open(string database) => database.StartsWith("sqlite:", StringComparison.Ordinal)
        ? new SqliteStore(database["sqlite:".Length..])
        : new PostgresStore(database["postgres:".Length..]);

    /// <summary>An empty store with its schema.</summary>
    public async Task<IStore> NewStore(string kind)
    {
        var store = Open(await New(kind));
        store.Migrate();
        return store;
    }

    public async Task DisposeAsync()
    {
        await server!.DisposeAsync();
        folder.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class DatabaseCollection : ICollectionFixture<Database>
{
    public const string Name = "databases";
}
