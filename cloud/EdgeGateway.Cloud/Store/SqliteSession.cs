using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EdgeGateway.Cloud.Store;

/// <summary>A writing connection with the statements prepared on it.</summary>
internal sealed class SqliteSession(SqliteConnection connection, string file) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> statements = [];

    public SqliteConnection Connection => connection;

    /// <summary>The file it is a connection to.</summary>
    public string File => file;

    /// <summary>A statement failed in a way after which the connection is better made anew.</summary>
    public bool IsBroken { get; set; }

    public SqliteStatement Prepared(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out var handle));
            statement = new SqliteStatement(this, handle);
            statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Pages that went into the log since this was asked last.</summary>
    public int TakeWrittenPages()
    {
        Check(raw.sqlite3_db_status(connection.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, resetFlg: 1));
        return pages;
    }

    public void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw new SqliteException($"SQLite: {raw.sqlite3_errmsg(connection.Handle).utf8_to_string()} ({connection.DataSource})", result);
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }
}
