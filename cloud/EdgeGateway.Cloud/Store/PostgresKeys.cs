using System.Collections;
using Npgsql;

namespace EdgeGateway.Cloud.Store;

/// <summary>Collects keys into one array a column, which the query unnests.</summary>
internal sealed class PostgresKeys(int columns) : IRowWriter
{
    private readonly IList?[] lists = new IList?[columns];
    private int column;

    public IRowWriter StartRow()
    {
        column = 0;
        return this;
    }

    public void Text(string? value) => Add<string>(value ?? "");

    public void Integer(long? value) => Add<long>(value ?? 0);

    public void Real(double? value) => throw new NotSupportedException("a key is text or an integer");

    public void Bytes(ReadOnlyMemory<byte> value) => throw new NotSupportedException("a key is text or an integer");

    public void AddTo(NpgsqlCommand command)
    {
        for (var i = 0; i < lists.Length; i++)
        {
            command.Parameters.AddWithValue("k" + i, lists[i]!);
        }
    }

    private void Add<T>(T value) => ((List<T>)(lists[column++] ??= new List<T>())).Add(value);
}
