using System.Data.Common;
using EdgeGateway.Hosting;
using Microsoft.Data.Sqlite;

namespace EdgeGateway.Cloud.Store;

/// <summary>One file, for a single machine. WAL with synchronous FULL: an acknowledged alert outlives a power cut.</summary>
public sealed class SqliteStore : IStore
{
    private readonly SqliteFile file;
    private readonly bool isDurable;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly SqliteCheckpointer checkpointer;
    private SqliteSession? session;
    private string? lastFile;
    private FileStream? claim;

    /// <param name="path">The file, or a link to it.</param>
    /// <param name="isDurable">False for what is of no use after a power cut, and is then not waited for at the disk.</param>
    public SqliteStore(string path, bool isDurable = true)
    {
        SqliteLibrary.Load();
        Path = path;
        file = new SqliteFile(path);
        this.isDurable = isDurable;
        checkpointer = new SqliteCheckpointer(() => Open(out _), turn);
    }

    public string Path { get; }

    public void Migrate()
    {
        using var transaction = Begin();
        Schema.Migrate(transaction, Schema.Sqlite);
        transaction.Commit();
    }

    // One connection for all that write: what another one writes would empty its cache of pages.
    public IStoreTransaction Begin()
    {
        while (true)
        {
            // SQLite has one writer; waiting for it here is fair, waiting in its busy handler is not.
            turn.Wait();
            SqliteTransaction transaction;
            try
            {
                if (session is not null && (session.IsBroken || session.File != file.Current))
                {
                    session.Dispose();
                    session = null;
                }

                session ??= OpenSession();
                transaction = new SqliteTransaction(session, turn, checkpointer);
            }
            catch
            {
                turn.Release();
                throw;
            }

            // Who waited for a rebuild to take over has the old file, which is nobody's any more.
            if (session.File == file.Current)
            {
                return transaction;
            }

            transaction.Dispose();
        }
    }

    public IStoreTransaction Begin(string sql, Action<DbDataReader> read)
    {
        var transaction = Begin();
        try
        {
            using var command = transaction.Command(sql);
            using var reader = command.ExecuteReader();
            read(reader);
            return transaction;
        }
        catch
        {
            transaction.Dispose();
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
        var claim = Claim();
        file.DeleteOthers();
        return new SqliteStore(file.Next, isDurable: false) { claim = claim };
    }

    // The views are in a file that only needs the rest of what the old one holds. While that is added nobody can write to the
    // old one, and by the time somebody can, the new one has its name.
    public void TakeOver(IStore shadow, Action<IStoreTransaction> before, Action<IStoreTransaction> after)
    {
        var next = ((SqliteStore)shadow).Path;
        using (var old = OpenSession())
        {
            turn.Wait();
            using var frozen = new SqliteTransaction(old, turn, checkpointer);
            before(frozen);
            using (var connection = (SqliteConnection)shadow.OpenReader())
            {
                connection.Command("ATTACH @path AS old").With("path", old.File).Run();
                using var copying = connection.BeginTransaction(deferred: true);
                foreach (var table in Schema.Kept)
                {
                    connection.Command($"DELETE FROM main.{table}").Run();
                    connection.Command($"INSERT INTO main.{table} SELECT * FROM old.{table}").Run();
                }

                copying.Commit();
                connection.Command("DETACH old").Run();
            }

            using (var transaction = shadow.Begin())
            {
                after(transaction);
                transaction.Commit();
            }

            using (var connection = shadow.OpenReader())
            {
                connection.Command("PRAGMA wal_checkpoint(TRUNCATE)").Run();
            }

            ((SqliteStore)shadow).Close();
            using (var written = File.OpenHandle(next, FileMode.Open, FileAccess.ReadWrite))
            {
                RandomAccess.FlushToDisk(written);
            }

            file.Replace(next);
        }

        file.DeleteOthers();
    }

    public DbConnection OpenReader() => Open(out _);

    public ValueTask DisposeAsync()
    {
        Close();
        turn.Dispose();
        claim?.Dispose();
        return ValueTask.CompletedTask;
    }

    // Held for as long as the shadow is there: a second rebuild would delete what the first is about to put in place.
    private FileStream Claim()
    {
        try
        {
            return new FileStream(Path + ".rebuilding", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"{Path} is being rebuilt already ({e.Message})", e);
        }
    }

    // The last connection moves the log into the file.
    private void Close()
    {
        checkpointer.Stop();
        // A statement that runs must not lose its connection.
        turn.Wait();
        session?.Dispose();
        session = null;
        turn.Release();
        ClearPool(lastFile);
    }

    private SqliteSession OpenSession()
    {
        var connection = Open(out var opened);
        return new SqliteSession(connection, opened);
    }

    private SqliteConnection Open(out string opened)
    {
        while (true)
        {
            var current = opened = file.Current;
            if (Interlocked.Exchange(ref lastFile, current) is { } last && last != current)
            {
                ClearPool(last);
            }

            var connection = new SqliteConnection(ConnectionString(current));
            try
            {
                connection.Open();
                connection.Command(
                    $"PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = {(isDurable ? "FULL" : "OFF")}; PRAGMA cache_size = -8192; "
                    + $"PRAGMA wal_autocheckpoint = {SqliteCheckpointer.MostPages}").Run();
                return connection;
            }
            catch (Exception e)
            {
                connection.Dispose();
                if (e is not SqliteException || file.Current == current)
                {
                    throw;
                }
            }
        }
    }

    private string ConnectionString(string current) => new SqliteConnectionStringBuilder
    {
        DataSource = current,
        // One that a rebuild has just replaced must not come back empty.
        Mode = file.IsPath(current) ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
        Pooling = true,
        DefaultTimeout = 30,
    }.ToString();

    private void ClearPool(string? opened)
    {
        if (opened is not null)
        {
            using var connection = new SqliteConnection(ConnectionString(opened));
            SqliteConnection.ClearPool(connection);
        }
    }
}
