using System.Data.Common;

namespace EdgeGateway.Cloud.Store;

/// <summary>BEGIN IMMEDIATE … COMMIT on the one writing connection.</summary>
internal sealed class SqliteTransaction : IStoreTransaction
{
    private readonly SqliteSession session;
    private readonly SemaphoreSlim turn;
    private readonly SqliteCheckpointer checkpointer;
    private bool isOpen;

    public SqliteTransaction(SqliteSession session, SemaphoreSlim turn, SqliteCheckpointer checkpointer)
    {
        this.session = session;
        this.turn = turn;
        this.checkpointer = checkpointer;
        session.Prepared("BEGIN IMMEDIATE").Start().Run();
        isOpen = true;
    }

    public void Load<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TKey> keys, Action<TRow> found)
    {
        if (keys.Count == 0)
        {
            return;
        }

        var statement = session.Prepared(
            $"SELECT {string.Join(", ", table.Columns)} FROM {table.Name} WHERE {string.Join(" AND ", table.KeyColumns.Select(column => column + " = ?"))}");
        foreach (var key in keys)
        {
            table.WriteKey(key, statement.Start());
            while (statement.Step())
            {
                found(table.Read(statement));
            }
        }

        statement.Start();
    }

    public void Save<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows)
    {
        if (rows.Count > 0)
        {
            Write(table, rows, Insert(table) + $" ON CONFLICT ({string.Join(", ", table.KeyColumns)}) DO UPDATE SET "
                + string.Join(", ", table.ValueColumns.Select(column => $"{column} = excluded.{column}")));
        }
    }

    public void Update<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows) => Save(table, rows);

    public void Append<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows)
    {
        if (rows.Count > 0)
        {
            Write(table, rows, Insert(table));
        }
    }

    public DbCommand Command(string sql) => session.Connection.Command(sql);

    public void Commit()
    {
        session.Prepared("COMMIT").Start().Run();
        isOpen = false;
        checkpointer.Wrote(session.TakeWrittenPages());
    }

    public void Dispose()
    {
        try
        {
            if (isOpen)
            {
                session.Prepared("ROLLBACK").Start().Run();
            }
        }
        catch (DbException)
        {
            // A connection that cannot even roll back is given up; SQLite rolls back when it is closed.
            session.IsBroken = true;
        }
        finally
        {
            isOpen = false;
            turn.Release();
        }
    }

    private static string Insert<TKey, TRow>(Table<TKey, TRow> table) =>
        $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns)}) VALUES ({string.Join(", ", table.Columns.Select(_ => "?"))})";

    private void Write<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows, string sql)
    {
        var statement = session.Prepared(sql);
        foreach (var row in rows)
        {
            table.Write(row, statement.Start());
            statement.Run();
        }
    }
}
