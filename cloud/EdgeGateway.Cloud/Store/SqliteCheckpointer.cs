using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace EdgeGateway.Cloud.Store;

/// <summary>
/// Moves SQLite's log into the file beside the one who writes. Only for the last of it is he held up: the log begins anew
/// when all of it has been moved between two transactions.
/// </summary>
internal sealed class SqliteCheckpointer(Func<SqliteConnection> open, SemaphoreSlim turn)
{
    /// <summary>Pages of 4 KiB that a log may have when nothing moves it: then whoever commits does.</summary>
    public const int MostPages = 4 * Pages;

    // Pages that are written again and again go into the file once for all of these.
    private const int Pages = 16_384;

    private Task moving = Task.CompletedTask;
    private int written;

    /// <summary>So many pages went into the log; to be called in turn.</summary>
    public void Wrote(int pages)
    {
        written += pages;
        if (written >= Pages && moving.IsCompleted)
        {
            written = 0;
            moving = Task.Run(Move);
        }
    }

    /// <summary>Waits until nothing is being moved; to be called out of turn, when nobody writes any more.</summary>
    public void Stop() => moving.Wait();

    private void Move()
    {
        try
        {
            using var connection = open();
            Checkpoint(connection);
            turn.Wait();
            try
            {
                Checkpoint(connection);
            }
            finally
            {
                turn.Release();
            }
        }
        catch (DbException)
        {
            // Nothing is lost: it stays in the log, and whoever commits moves it once there is too much of it, or fails to
            // commit for the same reason and says so.
        }
    }

    private static void Checkpoint(SqliteConnection connection) => connection.Command("PRAGMA wal_checkpoint(PASSIVE)").Run();
}
