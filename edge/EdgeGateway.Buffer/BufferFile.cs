using System.Diagnostics.CodeAnalysis;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using SQLitePCL;

namespace EdgeGateway.Buffer;

/// <summary>
/// The queue's file as its single writer sees it. What it says of the queue (first, last, rows) is what has been
/// committed; a transaction that fails changes nothing of it.
/// </summary>
internal sealed class BufferFile : IDisposable
{
    /// <summary>Rows one transaction deletes at most, so that appenders wait milliseconds behind it.</summary>
    private const int DeleteChunk = 20_000;

    private readonly Database database;
    private readonly Statement insert;
    private readonly Statement delete;
    private readonly Statement firstPosition;
    private readonly Statement saveMeta;
    private readonly Dictionary<string, int> devices = [];
    private readonly List<StoreRange> stores = [];
    private readonly string boot;
    private Epochs epochs;

    /// <exception cref="DatabaseException">The file cannot be opened, read or written.</exception>
    /// <exception cref="InvalidOperationException">The file is not a buffer of this gateway.</exception>
    public BufferFile(BufferOptions options)
    {
        SqliteLibrary.Load();
        boot = options.BootId;
        database = new Database(options.Path);
        try
        {
            if (database.Scalar("SELECT count(*) FROM sqlite_schema") == 0)
            {
                Schema.Create(database, options.Gateway);
            }

            Schema.Check(database, options.Gateway);
            database.Execute("""
                PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF; PRAGMA cache_spill = OFF;
                PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0
                """);

            // What a killed process had written but not synced counts from here on, so it has to be on the disk.
            database.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
            insert = database.Prepare("INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
            delete = database.Prepare("DELETE FROM event WHERE position BETWEEN ? AND ?");
            firstPosition = database.Prepare("SELECT min(position) FROM event");
            saveMeta = database.Prepare("UPDATE meta SET last = ?, holes = ?");
            ReadNames();
            ReadQueue();
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Position of the oldest row; one more than <see cref="Last"/> when there is none.</summary>
    public long First { get; private set; }

    /// <summary>Position of the newest event ever committed.</summary>
    public long Last { get; private set; }

    public long Rows { get; private set; }

    /// <summary>Pages in the write-ahead log.</summary>
    public int LogPages { get; private set; }

    /// <summary>In which store which positions are numbered; the last one is the present store.</summary>
    public IReadOnlyList<StoreRange> Stores => stores;

    /// <summary>Appends the batches and drops the acknowledged prefix, as far as it goes, in one synced transaction.</summary>
    /// <exception cref="DatabaseException">Nothing of it has been committed.</exception>
    public void Commit(IReadOnlyCollection<EventBatch> batches, long acknowledged)
    {
        var (first, last, rows) = (First, Last, Rows);
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var batch in batches)
            {
                foreach (ref readonly var row in batch.Rows)
                {
                    Insert(++last, row, batch.Body(row));
                }

                rows += batch.Count;
            }

            if (acknowledged >= first)
            {
                delete.Bind(1, first).Bind(2, Math.Min(acknowledged, first + DeleteChunk - 1)).Run();
                rows -= database.Changes;
                first = Oldest() ?? last + 1;
                saveMeta.Bind(1, last).Bind(2, last - first + 1 - rows).Run();
            }

            database.Execute("COMMIT");
        }
        catch
        {
            database.Rollback();
            ReadNames();
            throw;
        }

        (First, Last, Rows) = (first, last, rows);
        LogPages += database.TakePagesWritten();
    }

    /// <summary>Dates the unsynced events of this boot again: their wall time is the boot clock's plus the offset.</summary>
    public void SetClock(long offsetMs, ClockQuality clock)
    {
        Epochs.Date(database, boot, offsetMs, clock);
        ReadNames();
    }

    /// <summary>Moves the write-ahead log into the database, so that it starts again at its beginning; the caller keeps readers out.</summary>
    public void Checkpoint()
    {
        if (database.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART))
        {
            LogPages = 0;
        }
    }

    public void Dispose() => database.Dispose();

    private void Insert(long position, in BatchRow row, ReadOnlySpan<byte> body)
    {
        var epoch = epochs.For(row.Clock, row.OffsetMs, database);
        var at = row.ObservedAtMs - epoch.OffsetMs;
        insert.Bind(1, position)
            .Bind(2, (long)row.Family)
            .Bind(3, (long)row.Importance)
            .Bind(4, DeviceId(row.Device))
            .Bind(5, epoch.Id)
            .Bind(6, at)
            .Bind(7, RowChecksum.Of(position, at, body))
            .Bind(8, body)
            .Run();
    }

    private int DeviceId(string name)
    {
        if (!devices.TryGetValue(name, out var id))
        {
            id = devices.Count + 1;
            using var add = database.Prepare("INSERT INTO device VALUES(?, ?)");
            add.Bind(1, id).Bind(2, name).Run();
            devices[name] = id;
        }

        return id;
    }

    private long? Oldest()
    {
        long? oldest = firstPosition.Step() && !firstPosition.IsNull(0) ? firstPosition.Int64(0) : null;
        firstPosition.Reset();
        return oldest;
    }

    private void ReadQueue()
    {
        using (var select = database.Prepare("SELECT first, id, first_seq FROM store ORDER BY first"))
        {
            while (select.Step())
            {
                stores.Add(new StoreRange(select.Int64(0), select.Text(1), select.Int64(2)));
            }
        }

        var holes = database.Scalar("SELECT holes FROM meta") ?? 0;
        var newest = database.Scalar("SELECT max(position) FROM event") ?? 0;
        Last = Math.Max(database.Scalar("SELECT last FROM meta") ?? 0, newest);
        First = Oldest() ?? Last + 1;
        Rows = Last - First + 1 - holes;
    }

    [MemberNotNull(nameof(epochs))]
    private void ReadNames()
    {
        epochs = new Epochs(database, boot);
        devices.Clear();
        using var select = database.Prepare("SELECT id, name FROM device");
        while (select.Step())
        {
            devices[select.Text(1)] = (int)select.Int64(0);
        }
    }
}
