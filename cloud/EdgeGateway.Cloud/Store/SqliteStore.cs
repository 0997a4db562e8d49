using System.Data.Common;
using EdgeGateway.Hosting;
using Microsoft.Data.Sqlite;

namespace EdgeGateway.Cloud.Store;

/// <summary>One file, for a single machine. WAL with synchronous FULL: an acknowledged alert outlives a power cut.</summary>
public sealed class SqliteStore : IStore
{
    private readonly string connectionString;
    private readonly string synchronous;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly SqliteCheckpointer checkpointer;
    private SqliteSession? session;

    /// <param name="path">The file.</param>
    /// <param name="isDurable">False for what is of no use after a power cut, and is then not waited for at the disk.</param>
    public SqliteStore(string path, bool isDurable = true)
    {
        SqliteLibrary.Load();
        Path = path;
        synchronous = isDurable ? "FULL" : "OFF";
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = 30 }.ToString();
        checkpointer = new SqliteCheckpointer(Open, turn);
    }

    public string Path { get; }

    private string ShadowPath => Path + ".rebuild";

    public void Migrate()
    {
        using var transaction = Begin();
        Schema.Migrate(transaction, Schema.Sqlite);
        transaction.Commit();
    }

    // One connection for all that write: what another one writes would empty its cache of pages.
    public IStoreTransaction Begin()
    {
        // SQLite has one writer; waiting for it here is fair, waiting in its busy handler is not.
        turn.Wait();
        try
        {
            if (session is { IsBroken: true })
            {
                session.Dispose();
                session = null;
            }

            session ??= new SqliteSession(Open());
            return new SqliteTransaction(session, turn, checkpointer);
        }
        catch
        {
            turn.Release();
            throw;
        }
    }

    public IStoreTransaction BeginShort() => Begin();

    public ILease? TryLease()
    {
        try
        {
            return new SqliteLease(new FileStream(Path + ".lease", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            // Another process has it open.
            return null;
        }
    }

    public IStore MakeShadow()
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", ".lease" })
        {
            File.Delete(ShadowPath + suffix);
        }

        return new SqliteStore(ShadowPath, isDurable: false);
    }

    public void TakeOver(IStore shadow, Action<IStoreTransaction> before, Action<IStoreTransaction> after)
    {
        using (var connection = shadow.OpenReader())
        {
            // Everything into the one file that is attached.
            connection.Command("PRAGMA wal_checkpoint(TRUNCATE)").Run();
        }

        using var own = new SqliteSession(Open());
        own.Connection.Command("ATTACH @path AS shadow").With("path", ShadowPath).Run();
        turn.Wait();
        using var transaction = new SqliteTransaction(own, turn, checkpointer);
        before(transaction);
        foreach (var table in Schema.Views)
        {
            transaction.Command($"DELETE FROM main.{table}").Run();
            transaction.Command($"INSERT INTO main.{table} SELECT * FROM shadow.{table}").Run();
        }

        after(transaction);
        transaction.Commit();
    }

    public DbConnection OpenReader() => Open();

    public ValueTask DisposeAsync()
    {
        checkpointer.Stop();
        // A statement that runs must not lose its connection.
        turn.Wait();
        session?.Dispose();
        turn.Dispose();
        SqliteConnection.ClearAllPools();
        return ValueTask.CompletedTask;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            connection.Command($"PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = {SqliteCheckpointer.MostPages}").Run();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
