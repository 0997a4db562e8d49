using System.Data.Common;
using Npgsql;

namespace EdgeGateway.Cloud.Store;

/// <summary>PostgreSQL, for service with several instances.</summary>
public sealed class PostgresStore : IStore
{
    private const string Lock = "SELECT pg_advisory_xact_lock(hashtext(current_schema()))";

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource leases;
    private readonly string connectionString;
    private readonly bool isDurable;
    private PostgresGuard? guard;

    /// <param name="connectionString">As Npgsql reads it.</param>
    /// <param name="schema">Schema of the tables, made when missing.</param>
    /// <param name="isDurable">False for what is of no use after a power cut, and is then not waited for at the disk.</param>
    public PostgresStore(string connectionString, string schema = "edge", bool isDurable = true)
    {
        Schema = schema;
        this.connectionString = connectionString;
        this.isDurable = isDurable;
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = schema,
            ApplicationName = "edge-cloud",
            // An instance that hangs in a transaction must not hold up the others for ever.
            Options = "-c lock_timeout=30s -c idle_in_transaction_session_timeout=60s" + (isDurable ? "" : " -c synchronous_commit=off"),
            // Temporary tables and prepared statements outlive a transaction.
            NoResetOnClose = true,
            // Rows go in by COPY: with the default of 8 KiB both sides wake up for every dozen of them.
            WriteBufferSize = 64 * 1024,
            MaxAutoPrepare = 40,
            AutoPrepareMinUsages = 2,
        };
        source = Source(settings);
        settings.Pooling = false;
        leases = Source(settings);
    }

    public string Schema { get; }

    private string ShadowSchema => Schema + "_rebuild";

    public void Migrate()
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        // Its own lock, before anything else: CREATE … IF NOT EXISTS alone is not safe against a second instance.
        connection.Command($"SELECT pg_advisory_xact_lock(hashtext('edge-cloud migrate'))").Run();
        connection.Command($"CREATE SCHEMA IF NOT EXISTS {Schema}").Run();
        Store.Schema.Migrate(new PostgresTransaction(connection, transaction), Store.Schema.Postgres);
        if (!isDurable)
        {
            // Until they are taken over, for the same reason as the guard's.
            connection.Command(string.Concat(Store.Schema.Views.Select(table => $"ALTER TABLE {Schema}.{table} SET (autovacuum_enabled = false, toast.autovacuum_enabled = false);"))).Run();
        }

        transaction.Commit();
    }

    public IStoreTransaction Begin() => Begin("", _ => { });

    public IStoreTransaction Begin(string sql, Action<DbDataReader> read)
    {
        var transaction = BeginShort();
        try
        {
            // Each statement sees what was committed before it, so those behind the lock what its last owner did.
            using var command = transaction.Command($"{Lock}; {sql}");
            using var reader = command.ExecuteReader();
            reader.NextResult();
            read(reader);
            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    public IStoreTransaction BeginShort()
    {
        var connection = source.OpenConnection();
        try
        {
            return new PostgresTransaction(connection, connection.BeginTransaction());
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public ILease? TryLease()
    {
        var connection = leases.OpenConnection();
        var lease = new PostgresLease(connection);
        try
        {
            if (connection.Command("SELECT pg_try_advisory_lock(hashtext(current_schema() || ' lease'))").Rows(row => row.GetBoolean(0))[0])
            {
                return lease;
            }
        }
        catch
        {
            lease.Dispose();
            throw;
        }

        lease.Dispose();
        return null;
    }

    public IStore MakeShadow()
    {
        using var connection = source.OpenConnection();
        connection.Command($"DROP SCHEMA IF EXISTS {ShadowSchema} CASCADE").Run();
        return new PostgresStore(connectionString, ShadowSchema, isDurable: false) { guard = new PostgresGuard(leases, Schema) };
    }

    public void TakeOver(IStore shadow, Action<IStoreTransaction> before, Action<IStoreTransaction> after)
    {
        using var transaction = Begin();
        before(transaction);
        ((PostgresStore)shadow).Unguard();
        // All at once, before a vacuum that looks for work comes to the last of them.
        transaction.Command($"LOCK TABLE {Store.Schema.ViewsIn(Schema)} IN ACCESS EXCLUSIVE MODE").Run();
        foreach (var table in Store.Schema.Views)
        {
            transaction.Command(
                $"DROP TABLE {Schema}.{table}; ALTER TABLE {ShadowSchema}.{table} RESET (autovacuum_enabled, toast.autovacuum_enabled); "
                + $"ALTER TABLE {ShadowSchema}.{table} SET SCHEMA {Schema}").Run();
        }

        after(transaction);
        transaction.Command($"DROP SCHEMA {ShadowSchema} CASCADE").Run();
        transaction.Commit();
    }

    public DbConnection OpenReader() => source.OpenConnection();

    public async ValueTask DisposeAsync()
    {
        Unguard();
        await source.DisposeAsync();
        await leases.DisposeAsync();
    }

    private void Unguard()
    {
        guard?.Dispose();
        guard = null;
    }

    // Types are few here and known: the server's list of all of its own would otherwise be read at each start.
    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlSlimDataSourceBuilder(settings.ConnectionString).EnableTransportSecurity().EnableIntegratedSecurity()
            .ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
}
