using System.Data.Common;
using Npgsql;

namespace EdgeGateway.Cloud.Store;

/// <summary>An advisory lock of a session of its own, outside the pool; PostgreSQL gives it back when the session ends.</summary>
internal sealed class PostgresLease(NpgsqlConnection connection) : ILease
{
    public bool IsHeld()
    {
        try
        {
            connection.Command("SELECT 1").Run();
            return true;
        }
        catch (DbException)
        {
            // With its session the lock is gone; whoever asks next may have it.
            return false;
        }
    }

    public void Dispose() => connection.Dispose();
}
