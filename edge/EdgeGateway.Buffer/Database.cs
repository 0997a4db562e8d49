using SQLitePCL;

namespace EdgeGateway.Buffer;

/// <summary>
/// The few calls of SQLite that the buffer makes, without an object per row. Used by one thread at a time.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 handle;
    private readonly List<Statement> statements = [];

    /// <exception cref="DatabaseException">The file cannot be opened.</exception>
    public Database(string path, bool readOnly = false)
    {
        Path = path;
        var flags = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var code = raw.sqlite3_open_v2(path, out handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            var error = Error(code, "open");
            handle.Dispose();
            throw error;
        }

        raw.sqlite3_extended_result_codes(handle, 1);
    }

    public string Path { get; }

    /// <summary>Rows that the last INSERT, UPDATE or DELETE touched.</summary>
    public int Changes => raw.sqlite3_changes(handle);

    /// <summary>Pages written to the write-ahead log since this was last asked.</summary>
    public int TakePagesWritten()
    {
        raw.sqlite3_db_status(handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var written, out _, resetFlg: 1);
        return written;
    }

    public Statement Prepare(string sql)
    {
        var code = raw.sqlite3_prepare_v2(handle, sql, out var prepared);
        if (code != raw.SQLITE_OK)
        {
            throw Error(code, sql);
        }

        var statement = new Statement(this, prepared, sql);
        statements.Add(statement);
        return statement;
    }

    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(handle, sql);
        if (code != raw.SQLITE_OK)
        {
            throw Error(code, sql);
        }
    }

    /// <summary>First column of the first row; null when there is no row or it holds NULL.</summary>
    public long? Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() && !statement.IsNull(0) ? statement.Int64(0) : null;
    }

    public string? Text(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>Leaves the file as it is when this connection closes.</summary>
    public void KeepLogOnClose() => raw.sqlite3_db_config(handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    /// <summary>Undoes an open transaction; does nothing when SQLite has already done so.</summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(handle) == 0)
        {
            Execute("ROLLBACK");
        }
    }

    /// <summary>Moves the write-ahead log into the database. Returns false when a reader of another process was in the way.</summary>
    public bool Checkpoint(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(handle, "main", mode, out _, out _);
        return code switch
        {
            raw.SQLITE_OK => true,
            raw.SQLITE_BUSY => false,
            _ => throw Error(code, "checkpoint"),
        };
    }

    public void Dispose()
    {
        foreach (var statement in statements)
        {
            statement.Close();
        }

        handle.Dispose();
    }

    internal void Forget(Statement statement) => statements.Remove(statement);

    internal DatabaseException Error(int code, string operation) =>
        new(raw.sqlite3_extended_errcode(handle) is var extended && (extended & 0xFF) == (code & 0xFF) ? extended : code,
            operation, Path, raw.sqlite3_errmsg(handle).utf8_to_string());
}

/// <summary>A prepared statement; parameters and columns count from 1 and 0 as in SQLite.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle, string sql) : IDisposable
{
    public Statement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    public Statement Bind(int parameter, ReadOnlySpan<byte> blob)
    {
        Check(raw.sqlite3_bind_blob(handle, parameter, blob));
        return this;
    }

    public Statement Bind(int parameter, string text)
    {
        Check(raw.sqlite3_bind_text(handle, parameter, text));
        return this;
    }

    /// <summary>True while there is a row; on the end and on an error the statement is reset.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        var error = code == raw.SQLITE_DONE ? null : database.Error(code, sql);
        Reset();
        return error is null ? false : throw error;
    }

    public void Run()
    {
        while (Step())
        {
        }
    }

    // The error that reset repeats was already thrown by Step.
    public void Reset() => _ = raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    /// <summary>Valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public void Dispose()
    {
        database.Forget(this);
        Close();
    }

    internal void Close() => handle.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw database.Error(code, sql);
        }
    }
}

/// <summary>SQLite refused; <see cref="Code"/> is its extended result code.</summary>
internal sealed class DatabaseException(int code, string operation, string path, string message)
    : IOException($"{operation} on {path}: {(MeansFull(code) ? "no space on the disk, or buffer.maxBytes reached; free some space" : message)} ({code})")
{
    public int Code { get; } = code;

    /// <summary>No space: the disk is full or the file has reached its limit.</summary>
    public bool IsFull => MeansFull(Code);

    /// <summary>The content is damaged; trying again does not help.</summary>
    public bool IsCorrupt => (Code & 0xFF) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    // The index of the write-ahead log is the first thing that grows when a file is opened.
    private static bool MeansFull(int code) => (code & 0xFF) == raw.SQLITE_FULL || code == raw.SQLITE_IOERR_SHMSIZE;
}
