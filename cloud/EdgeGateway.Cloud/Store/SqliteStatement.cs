using System.Text;
using SQLitePCL;

namespace EdgeGateway.Cloud.Store;

/// <summary>A prepared statement that is bound by position and stepped; ADO.NET's parameters cost more than the insert itself.</summary>
internal sealed class SqliteStatement(SqliteSession session, sqlite3_stmt handle) : IRowWriter, IRowReader, IDisposable
{
    private const int ShortText = 128;

    private int parameter;
    private int column;

    /// <summary>Ready for the next binding.</summary>
    public SqliteStatement Start()
    {
        raw.sqlite3_reset(handle);
        parameter = 0;
        return this;
    }

    /// <summary>True while there is a row.</summary>
    public bool Step()
    {
        column = 0;
        var result = raw.sqlite3_step(handle);
        session.Check(result);
        return result == raw.SQLITE_ROW;
    }

    public void Run()
    {
        Step();
        raw.sqlite3_reset(handle);
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            session.Check(raw.sqlite3_bind_null(handle, ++parameter));
            return;
        }

        // SQLite copies it; a string of its own making would be garbage for each.
        Span<byte> utf8 = value.Length <= ShortText ? stackalloc byte[ShortText * 3] : new byte[Encoding.UTF8.GetMaxByteCount(value.Length)];
        var length = Encoding.UTF8.GetBytes(value, utf8);
        // An empty span has no address, which would bind NULL.
        session.Check(length == 0 ? raw.sqlite3_bind_text(handle, ++parameter, "") : raw.sqlite3_bind_text(handle, ++parameter, utf8[..length]));
    }

    public void Integer(long? value) =>
        session.Check(value is { } number ? raw.sqlite3_bind_int64(handle, ++parameter, number) : raw.sqlite3_bind_null(handle, ++parameter));

    public void Real(double? value) =>
        session.Check(value is { } number ? raw.sqlite3_bind_double(handle, ++parameter, number) : raw.sqlite3_bind_null(handle, ++parameter));

    public void Bytes(ReadOnlyMemory<byte> value) =>
        session.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, ++parameter, 0) : raw.sqlite3_bind_blob(handle, ++parameter, value.Span));

    public string Text() => raw.sqlite3_column_text(handle, column++).utf8_to_string();

    public string? TextOrNull() => IsNull() ? null : Text();

    public long Integer() => raw.sqlite3_column_int64(handle, column++);

    public long? IntegerOrNull() => IsNull() ? null : Integer();

    public double? RealOrNull() => IsNull() ? null : raw.sqlite3_column_double(handle, column++);

    byte[] IRowReader.Bytes() => raw.sqlite3_column_blob(handle, column++).ToArray();

    public void Dispose() => handle.Dispose();

    private bool IsNull()
    {
        if (raw.sqlite3_column_type(handle, column) != raw.SQLITE_NULL)
        {
            return false;
        }

        column++;
        return true;
    }
}
