using System.Data.Common;
using Npgsql;

namespace EdgeGateway.Cloud.Store;

/// <summary>Rows go in by COPY and, where they may replace others, through a temporary table: one round trip a table, not a row.</summary>
internal sealed class PostgresTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IStoreTransaction
{
    public void Load<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TKey> keys, Action<TRow> found)
    {
        if (keys.Count == 0)
        {
            return;
        }

        var columns = new PostgresKeys(table.KeyColumns.Count());
        foreach (var key in keys)
        {
            table.WriteKey(key, columns.StartRow());
        }

        var names = table.KeyColumns.ToList();
        using var command = (NpgsqlCommand)Command(
            $"SELECT {string.Join(", ", table.Columns.Select(column => "t." + column))} FROM {table.Name} t "
            + $"JOIN unnest({columns.Expressions}) AS k({string.Join(", ", names)}) "
            + $"ON {string.Join(" AND ", names.Select(name => $"t.{name} = k.{name}"))}");
        columns.AddTo(command);
        using var reader = command.ExecuteReader();
        var row = new ReaderRow(reader);
        while (row.Next())
        {
            found(table.Read(row));
        }
    }

    public void Save<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var columns = string.Join(", ", table.Columns);
        var keys = string.Join(", ", table.KeyColumns);
        var incoming = "incoming_" + table.Name;
        Command($"CREATE TEMP TABLE IF NOT EXISTS {incoming} (LIKE {table.Name}) ON COMMIT DELETE ROWS").Run();
        Copy(table, rows, incoming);
        Command($"INSERT INTO {table.Name} ({columns}) SELECT {columns} FROM {incoming} ON CONFLICT ({keys}) DO UPDATE SET "
            + string.Join(", ", table.ValueColumns.Select(column => $"{column} = excluded.{column}"))).Run();
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
