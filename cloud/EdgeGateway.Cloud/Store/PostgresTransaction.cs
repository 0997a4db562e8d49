using System.Data.Common;
using Npgsql;

namespace EdgeGateway.Cloud.Store;

/// <summary>Rows go in by COPY and, where they replace others, through a temporary table: some round trips a table, none a row.</summary>
internal sealed class PostgresTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IStoreTransaction
{
    private const int FewRows = 100;
    private const int FewCharacters = 64 * 1024;

    public void Load<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TKey> keys, Action<TRow> found)
    {
        if (keys.Count == 0)
        {
            return;
        }

        var names = table.KeyColumns.ToList();
        var wanted = new PostgresArrays(names.Count);
        foreach (var key in keys)
        {
            table.WriteKey(key, wanted.StartRow());
        }

        using var command = (NpgsqlCommand)Command(
            $"SELECT {string.Join(", ", table.Columns.Select(column => "t." + column))} FROM {table.Name} t "
            + $"JOIN {wanted.Rows("k", names)} ON {string.Join(" AND ", names.Select(name => $"t.{name} = k.{name}"))}");
        wanted.AddTo(command);
        using var reader = command.ExecuteReader();
        var row = new ReaderRow(reader);
        while (row.Next())
        {
            found(table.Read(row));
        }
    }

    public void Save<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows)
    {
        var columns = string.Join(", ", table.Columns);
        Send(table, rows, incoming => $"INSERT INTO {table.Name} ({columns}) SELECT {columns} FROM {incoming} ON CONFLICT ({string.Join(", ", table.KeyColumns)}) DO UPDATE SET "
            + string.Join(", ", table.ValueColumns.Select(column => $"{column} = excluded.{column}")));
    }

    public void Update<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows)
    {
        var updated = Send(table, rows, incoming => $"UPDATE {table.Name} t SET {string.Join(", ", table.ValueColumns.Select(column => $"{column} = i.{column}"))} "
            + $"FROM {incoming} WHERE {string.Join(" AND ", table.KeyColumns.Select(column => $"t.{column} = i.{column}"))}");
        if (updated != rows.Count)
        {
            throw new NpgsqlException($"of {rows.Count} rows of {table.Name} that had been read {updated} were there; they are read again");
        }
    }

    public void Append<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows)
    {
        if (rows.Count > 0)
        {
            Copy(table, rows, table.Name);
        }
    }

    public DbCommand Command(string sql) => new NpgsqlCommand(sql, connection, transaction);

    public void Commit() => transaction.Commit();

    public void Dispose()
    {
        transaction.Dispose();
        connection.Dispose();
    }

    // Few rows go with the statement that takes them, which is one round trip; many by COPY, which is faster for each.
    private int Send<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows, Func<string, string> statement)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        if (Few(table, rows) is { } few)
        {
            var command = (NpgsqlCommand)Command(statement(few.Rows("i", table.Columns)));
            few.AddTo(command);
            return command.Run();
        }

        var incoming = "incoming_" + table.Name;
        Command($"CREATE TEMP TABLE IF NOT EXISTS {incoming} (LIKE {table.Name}) ON COMMIT DELETE ROWS").Run();
        Copy(table, rows, incoming);
        return Command(statement(incoming + " i")).Run();
    }

    private static PostgresArrays? Few<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows)
    {
        if (rows.Count > FewRows)
        {
            return null;
        }

        var arrays = new PostgresArrays(table.Columns.Count);
        foreach (var row in rows)
        {
            table.Write(row, arrays.StartRow());
            if (arrays.Length > FewCharacters)
            {
                return null;
            }
        }

        return arrays;
    }

    private void Copy<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows, string target)
    {
        using var stream = connection.BeginRawBinaryCopy($"COPY {target} ({string.Join(", ", table.Columns)}) FROM STDIN (FORMAT BINARY)");
        try
        {
            var copy = new PostgresCopy(stream, (short)table.Columns.Count);
            copy.Start();
            foreach (var row in rows)
            {
                copy.StartRow();
                table.Write(row, copy);
            }

            copy.Complete();
        }
        catch
        {
            // Otherwise what was sent so far would be taken for all.
            stream.Cancel();
            throw;
        }
    }
}
