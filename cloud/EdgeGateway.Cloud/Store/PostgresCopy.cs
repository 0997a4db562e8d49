using Npgsql;
using NpgsqlTypes;

namespace EdgeGateway.Cloud.Store;

/// <summary>Writes columns into a binary COPY.</summary>
internal sealed class PostgresCopy(NpgsqlBinaryImporter import) : IRowWriter
{
    public void Text(string? value)
    {
        if (value is null)
        {
            import.WriteNull();
        }
        else
        {
            import.Write(value, NpgsqlDbType.Text);
        }
    }

    public void Integer(long? value)
    {
        if (value is { } number)
        {
            import.Write(number, NpgsqlDbType.Bigint);
        }
        else
        {
            import.WriteNull();
        }
    }

    public void Real(double? value)
    {
        if (value is { } number)
        {
            import.Write(number, NpgsqlDbType.Double);
        }
        else
        {
            import.WriteNull();
        }
    }

    public void Bytes(ReadOnlyMemory<byte> value) => import.Write(value, NpgsqlDbType.Bytea);
}
