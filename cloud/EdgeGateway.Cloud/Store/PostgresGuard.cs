using Npgsql;

namespace EdgeGateway.Cloud.Store;

/// <summary>
/// Keeps autovacuum away from the tables that a rebuild will replace, in a session of its own. One that is at work gives way
/// only after a second, in which who takes over would hold up everybody who reads and writes.
/// </summary>
internal sealed class PostgresGuard : IDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand command;
    private readonly Task locking;

    public PostgresGuard(NpgsqlDataSource source, string schema)
    {
        connection = source.CreateConnection();
        command = new NpgsqlCommand(
            "BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; "
            + $"LOCK TABLE {Schema.ViewsIn(schema)} IN SHARE UPDATE EXCLUSIVE MODE",
            connection) { CommandTimeout = 0 };
        locking = Task.Run(() =>
        {
            connection.Open();
            command.ExecuteNonQuery();
        });
    }

    /// <summary>Gives the tables free. If they could not be had, taking over works as well, and may have to wait.</summary>
    public void Dispose()
    {
        if (!locking.IsCompleted)
        {
            command.Cancel();
        }

        Task.WaitAny(locking);
        command.Dispose();
        connection.Dispose();
    }
}
