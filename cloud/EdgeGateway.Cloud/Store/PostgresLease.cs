using System.Data.Common;
using Npgsql;

namespace EdgeGateway.Cloud.Store;

/// <summary>An advisory lock of a session that is kept for it; PostgreSQL gives it back when the session ends.</summary>
internal sealed class PostgresLease(NpgsqlConnection connection) : ILease
{
    /// <summary>Number of the lock, as an expression.</summary>
    public const string Lock = "hashtext(current_schema() || ' lease')";

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

    public void Dispose()
    {
        try
        {
            connection.Command($"SELECT pg_advisory_unlock({Lock})").Run();
        }
        catch (DbException)
        {
            // The session is gone, and the lock with it.
        }

        connection.Dispose();
    }
}
