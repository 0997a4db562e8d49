using System.Globalization;
using System.Text;
using Npgsql;

namespace EdgeGateway.Cloud.Store;

/// <summary>
/// Collects keys into one array a column, which the query unnests. Arrays are written as PostgreSQL's literals of them: for
/// Npgsql to know arrays at all takes some 40 ms of a start.
/// </summary>
internal sealed class PostgresKeys(int columns) : IRowWriter
{
    private readonly StringBuilder[] literals = [.. Enumerable.Range(0, columns).Select(_ => new StringBuilder("{"))];
    private readonly string[] types = new string[columns];
    private int column;

    /// <summary>The arrays, as expressions of the query.</summary>
    public string Expressions => string.Join(", ", types.Select((type, i) => $"@k{i}::{type}[]"));

    public IRowWriter StartRow()
    {
        column = 0;
        return this;
    }

    public void Text(string? value) =>
        Next("text").Append('"').Append((value ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');

    public void Integer(long? value) => Next("bigint").Append(CultureInfo.InvariantCulture, $"{value ?? 0}");

    public void Real(double? value) => throw new NotSupportedException("a key is text or an integer");

    public void Bytes(ReadOnlyMemory<byte> value) => throw new NotSupportedException("a key is text or an integer");

    public void AddTo(NpgsqlCommand command)
    {
        for (var i = 0; i < columns; i++)
        {
            command.Parameters.AddWithValue("k" + i, literals[i].Append('}').ToString());
        }
    }

    private StringBuilder Next(string type)
    {
        types[column] = type;
        var literal = literals[column++];
        return literal.Length > 1 ? literal.Append(',') : literal;
    }
}
