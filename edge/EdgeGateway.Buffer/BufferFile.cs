using System.Diagnostics.CodeAnalysis;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using SQLitePCL;

namespace EdgeGateway.Buffer;

/// <summary>
/// The queue's file as its single writer sees it. What it says of the queue (first, last, rows) is what has been
/// committed; a transaction that fails changes nothing of it.
/// </summary>
internal sealed partial class BufferFile : IDisposable
{
    /// <summary>Chunks one transaction drops at most, so that appenders wait milliseconds behind it.</summary>
    private const int DroppedChunks = 64;

    private readonly Database database;
    private readonly Statement insert;
    private readonly Statement delete;
    private readonly Statement oldest;
    private readonly Statement saveMeta;
    private readonly Statement pageCount;
    private readonly Statement freePageCount;
    private readonly ChunkEncoder encoder = new();
    private readonly Dictionary<string, int> devices = [];
    private readonly List<StoreRange> stores = [];
    private readonly string boot;
    private Epochs epochs;

    /// <exception cref="DatabaseException">The file cannot be opened, read or written.</exception>
    /// <exception cref="InvalidOperationException">The file is not a buffer of this gateway.</exception>
    public BufferFile(BufferOptions options, long maxPages, long firstPosition = 1)
    {
        SqliteLibrary.Load();
        boot = options.BootId;
        database = new Database(options.Path);
        try
        {
            if (database.Scalar("SELECT count(*) FROM sqlite_schema") == 0)
            {
                Schema.Create(database, options.Gateway, firstPosition);
            }

            Schema.Check(database, options.Gateway);
            database.Execute($"""
                PRAGMA journal_mode = WAL; PRAGMA max_page_count = {maxPages};
                PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF; PRAGMA cache_spill = OFF;
                PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0
                """);

            // What a killed process had written but not synced counts from here on, so it has to be on the disk.
            database.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
            insert = database.Prepare("INSERT INTO chunk VALUES(?, ?, ?, ?, ?, ?)");
            delete = database.Prepare($"""
                DELETE FROM chunk WHERE first IN
                    (SELECT first FROM chunk WHERE first <= ?1 AND last <= ?1 ORDER BY first LIMIT {DroppedChunks})
                RETURNING count
                """);
            oldest = database.Prepare("SELECT min(first) FROM chunk");
            saveMeta = database.Prepare("UPDATE meta SET acknowledged = ?, last = ?, holes = ?");
            pageCount = database.Prepare("PRAGMA page_count");
            freePageCount = database.Prepare("PRAGMA freelist_count");
            ReadQueue();
            if (Rows == 0)
            {
                // Nothing names them any more; devices come and go over the years.
                database.Execute("DELETE FROM device; DELETE FROM epoch");
            }

            ReadNames();
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Position of the oldest event on disk; one more than <see cref="Last"/> when there is none.</summary>
    public long First { get; private set; }

    /// <summary>Position of the newest event ever committed.</summary>
    public long Last { get; private set; }

    /// <summary>Events on disk.</summary>
    public long Rows { get; private set; }

    /// <summary>Position up to which Kafka has everything, as far as it is on disk.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>True when Kafka has more chunks than the last transaction could drop.</summary>
    public bool MoreToDrop { get; private set; }

    /// <summary>Events given up since the file was opened.</summary>
    public long GivenUp { get; private set; }

    /// <summary>Pages of the database, free ones included.</summary>
    public long Pages => Number(pageCount);

    public long FreePages => Number(freePageCount);

    /// <summary>Pages in the write-ahead log.</summary>
    public int LogPages { get; private set; }

    /// <summary>In which store which positions are numbered; the last one is the present store.</summary>
    public IReadOnlyList<StoreRange> Stores => stores;

    /// <summary>Appends the batches in one synced transaction, a chunk each.</summary>
    /// <exception cref="DatabaseException">Nothing of it has been committed.</exception>
    public void Append(IReadOnlyCollection<EventBatch> batches) => Transact(() =>
    {
        var (last, rows) = (Last, Rows);
        foreach (var batch in batches)
        {
            Insert(batch, last + 1);
            Write(batch.Notes);
            last += batch.Count;
            rows += batch.Count;
        }

        return new QueueMark(First, last, rows);
    });

    /// <summary>Drops chunks of which Kafka has everything, and remembers how far it has.</summary>
    /// <exception cref="DatabaseException">Nothing of it has been committed.</exception>
    public void Drop(long acknowledged)
    {
        var chunks = 0;
        Transact(() =>
        {
            var rows = Rows;
            for (delete.Bind(1, acknowledged); delete.Step(); chunks++)
            {
                rows -= delete.Int64(0);
            }

            return SaveQueue(acknowledged, Last, rows);
        });
        Acknowledged = acknowledged;
        MoreToDrop = chunks == DroppedChunks;
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

    /// <summary>Writes all of it, as it is committed, to another file that becomes no part of this one.</summary>
    public void CopyTo(string path)
    {
        using var copy = database.Prepare("VACUUM INTO ?");
        copy.Bind(1, path).Run();
    }

    /// <summary>Cuts free pages off the end of the file, moving others there; the file itself shrinks with the next checkpoint.</summary>
    public void GiveBack(int pages)
    {
        database.Execute($"PRAGMA incremental_vacuum({pages})");
        LogPages += database.TakePagesWritten();
    }

    /// <summary>Everything that is wrong with the file; nothing when it is sound. Reads all of it.</summary>
    public IReadOnlyList<string> Verify()
    {
        var problems = new List<string>();
        using (var check = database.Prepare("PRAGMA integrity_check(100)"))
        {
            while (check.Step())
            {
                if (check.Text(0) is var problem && problem != "ok")
                {
                    problems.Add(problem);
                }
            }
        }

        var (rows, previous) = (0L, 0L);
        using var select = database.Prepare("SELECT first, last, count, crc, data FROM chunk ORDER BY first");
        while (select.Step())
        {
            var (first, last, count) = (select.Int64(0), select.Int64(1), select.Int64(2));
            if (first <= previous)
            {
                problems.Add($"chunk {first} to {last} begins before the end of the one before it, {previous}");
            }

            try
            {
                var found = 0;
                for (var chunk = ChunkDecoder.Checked(first, last, select.Int64(3), select.Blob(4)); chunk.Next(); found++)
                {
                    if (epochs.Find(chunk.Row.Epoch) is null || !devices.ContainsValue(chunk.Row.Device))
                    {
                        problems.Add($"event {chunk.Row.Position} names an epoch or a device that is not there");
                    }
                }

                if (found != count)
                {
                    problems.Add($"chunk {first} to {last} holds {found} events instead of {count}");
                }
            }
            catch (InvalidDataException damage)
            {
                problems.Add($"chunk {first} to {last}: {damage.Message}");
            }

            (rows, previous) = (rows + count, last);
        }

        if (rows != Rows)
        {
            problems.Add($"{rows} events are there, {Rows} are said to be");
        }

        return problems;
    }

    public void Dispose() => database.Dispose();

    /// <summary>Runs one synced transaction; what it returns is the queue once that is committed.</summary>
    private void Transact(Func<QueueMark> change)
    {
        QueueMark queue;
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            queue = change();
            database.Execute("COMMIT");
        }
        catch
        {
            database.Rollback();
            ReadNames();
            throw;
        }
        finally
        {
            LogPages += database.TakePagesWritten();
        }

        (First, Last, Rows) = (queue.First, queue.Last, queue.Rows);
    }

    /// <summary>Within a transaction that deleted something. Appending alone needs no such write.</summary>
    private QueueMark SaveQueue(long acknowledged, long last, long rows)
    {
        var first = Number(oldest) is > 0 and var position ? position : last + 1;
        saveMeta.Bind(1, acknowledged).Bind(2, last).Bind(3, last - first + 1 - rows).Run();
        return new QueueMark(first, last, rows);
    }

    private void Insert(EventBatch batch, long first)
    {
        encoder.Clear();
        var position = first;
        foreach (ref readonly var row in batch.Rows)
        {
            var epoch = epochs.For(row.Clock, row.OffsetMs, database);
            var at = row.ObservedAtMs - epoch.OffsetMs;
            encoder.Add(
                new ChunkRow(position++, row.Family, row.Importance, DeviceId(row.Device), epoch.Id, at), batch.Body(row));
        }

        InsertChunk();
    }

    private void Write(IReadOnlyList<Note> notes)
    {
        if (notes.Count == 0)
        {
            return;
        }

        database.Execute(Schema.NoteTable);
        using var keep = database.Prepare("INSERT OR REPLACE INTO note VALUES(?, ?)");
        using var takeBack = database.Prepare("DELETE FROM note WHERE key = ?");
        foreach (var (key, value) in notes)
        {
            if (value is null)
            {
                takeBack.Bind(1, key).Run();
            }
            else
            {
                keep.Bind(1, key).Bind(2, value).Run();
            }
        }
    }

    private void InsertChunk()
    {
        var data = encoder.Finish();
        insert.Bind(1, encoder.First)
            .Bind(2, encoder.Last)
            .Bind(3, encoder.Count)
            .Bind(4, (long)encoder.Least)
            .Bind(5, Checksum.Of(encoder.First, encoder.Last, data))
            .Bind(6, data)
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

    private static long Number(Statement statement)
    {
        statement.Step();
        var number = statement.Int64(0);
        statement.Reset();
        return number;
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

        using var meta = database.Prepare("""
            SELECT acknowledged, last, holes, (SELECT last FROM chunk ORDER BY first DESC LIMIT 1) FROM meta
            """);
        meta.Step();
        Acknowledged = meta.Int64(0);
        Last = Math.Max(meta.Int64(1), meta.Int64(3));
        First = Number(oldest) is > 0 and var position ? position : Last + 1;
        Rows = Last - First + 1 - meta.Int64(2);
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
