using System.Globalization;
using System.Text;
using Npgsql;

namespace EdgeGateway.Cloud.Store;

/// <summary>
/// Collects keys or rows into one array a column, which the statement unnests. Arrays are written as PostgreSQL's literals of
/// them: for Npgsql to know arrays at all takes some 40 ms of a start.
/// </summary>
internal sealed class PostgresArrays(int columns) : IRowWriter
{
    private readonly StringBuilder[] literals = [.. Enumerable.Range(0, columns).Select(_ => new StringBuilder("{"))];
    private readonly string[] types = new string[columns];
    private int column;

    /// <summary>Characters of all arrays together.</summary>
    public int Length => literals.Sum(literal => literal.Length);

    /// <summary>The arrays as rows of a table, for the statement to read from.</summary>
    /// <param name="name">Name of the table.</param>
    /// <param name="names">Names of its columns.</param>
    public string Rows(string name, IEnumerable<string> names) =>
        $"unnest({string.Join(", ", types.Select((type, i) => $"@a{i}::{type}[]"))}) AS {name}({string.Join(", ", names)})";

    public IRowWriter StartRow()
    {
        column = 0;
        return this;
    }

    public void Text(string? value) => Next("text", value is null ? null : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

    public void Integer(long? value) => Next("bigint", value?.ToString(CultureInfo.InvariantCulture));

    public void Real(double? value) => Next("double precision", value?.ToString("R", CultureInfo.InvariantCulture));

    public void Bytes(ReadOnlyMemory<byte> value) => Next("bytea", $"\"\\\\x{Convert.ToHexString(value.Span)}\"");

    public void AddTo(NpgsqlCommand command)
    {
        for (var i = 0; i < columns; i++)
        {
            command.Parameters.AddWithValue("a" + i, literals[i].Append('}').ToString());
        }
    }

    private void Next(string type, string? literal)
    {
        types[column] = type;
        var array = literals[column++];
        (array.Length > 1 ? array.Append(',') : array).Append(literal ?? "NULL");
    }
}
