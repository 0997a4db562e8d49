using System.Data.Common;

namespace EdgeGateway.Cloud.Store;

/// <summary>Reads columns in their order.</summary>
internal sealed class ReaderRow(DbDataReader reader) : IRowReader
{
    private int column;

    public bool Next()
    {
        column = 0;
        return reader.Read();
    }

    /// <summary>Reads all rows of a query that selects a table's columns, and disposes of the command.</summary>
    public static List<TRow> Rows<TKey, TRow>(DbCommand command, Table<TKey, TRow> table)
    {
        using (command)
        {
            using var reader = command.ExecuteReader();
            var row = new ReaderRow(reader);
            var rows = new List<TRow>();
            while (row.Next())
            {
                rows.Add(table.Read(row));
            }

            return rows;
        }
    }

    public string Text() => reader.GetString(column++);

    public string? TextOrNull() => reader.Text(column++);

    public long Integer() => reader.GetInt64(column++);

    public long? IntegerOrNull() => reader.Long(column++);

    public double? RealOrNull() => reader.Real(column++);

    public byte[] Bytes() => reader.GetFieldValue<byte[]>(column++);
}
