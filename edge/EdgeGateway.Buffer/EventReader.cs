using System.Text;
using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>Reads the queue over a connection of its own, so that sending never waits for a commit. Used under a lock.</summary>
internal sealed class EventReader : IDisposable
{
    /// <summary>One call returns about so much, whatever the count asked for.</summary>
    private const int MaxReadBytes = 4 << 20;

    private readonly Database database;
    private readonly Statement chunkOf;
    private readonly Statement nextChunk;
    private readonly string boot;
    private readonly string gateway;
    private readonly byte[] gatewayKey;
    private readonly IReadOnlyList<StoreRange> stores;
    private readonly Dictionary<int, (string Name, byte[] Key)> devices = [];
    private Epochs epochs;
    private ChunkDecoder? current;
    private long currentAfter = -1;
    private (long After, ChunkRow Row)? oldest;

    /// <exception cref="DatabaseException">The file cannot be opened.</exception>
    public EventReader(BufferOptions options, IReadOnlyList<StoreRange> stores)
    {
        this.stores = stores;
        boot = options.BootId;
        gateway = options.Gateway;
        gatewayKey = Encoding.UTF8.GetBytes(gateway);
        database = new Database(options.Path);
        database.Execute("PRAGMA query_only = ON; PRAGMA cache_size = -512");
        chunkOf = database.Prepare("""
            SELECT first, last, crc, data FROM
                (SELECT * FROM chunk WHERE first <= ?1 ORDER BY first DESC LIMIT 1) WHERE last > ?1
            """);
        nextChunk = database.Prepare("SELECT first, last, crc, data FROM chunk WHERE first > ? ORDER BY first LIMIT 1");
        epochs = new Epochs(database, boot);
    }

    /// <summary>Position of the event handed out last: up to here, events may be on their way.</summary>
    public long HandedOut => currentAfter;

    /// <summary>Adds what is committed after a position, in order.</summary>
    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A chunk is damaged.</exception>
    public int Read(long afterPosition, int maxCount, List<StoredEvent> into)
    {
        var (before, bytes) = (into.Count, 0);
        if (currentAfter != afterPosition)
        {
            current = Seek(afterPosition);
            currentAfter = afterPosition;
        }

        while (into.Count - before < maxCount && bytes < MaxReadBytes)
        {
            if (current is null || !current.Next())
            {
                current = NextChunk(currentAfter);
                if (current is null)
                {
                    break;
                }

                current.Next();
            }

            if (current.Row.Position > afterPosition)
            {
                into.Add(Stored(current));
                bytes += current.Body.Length;
                currentAfter = current.Row.Position;
            }
        }

        return into.Count - before;
    }

    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    public IReadOnlyList<Note> ReadNotes()
    {
        var notes = new List<Note>();
        if (database.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'note'") > 0)
        {
            using var select = database.Prepare("SELECT key, value FROM note");
            while (select.Step())
            {
                notes.Add(new Note(select.Text(0), select.Text(1)));
            }
        }

        return notes;
    }

    /// <summary>When the oldest event after a position was observed, and by the boot clock if that was in this boot.</summary>
    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A chunk is damaged.</exception>
    public (DateTimeOffset ObservedAt, long? BootMs)? Oldest(long afterPosition)
    {
        if (oldest is null || oldest.Value.After != afterPosition)
        {
            oldest = (Seek(afterPosition) ?? NextChunk(afterPosition)) is { } chunk
                ? (afterPosition, FirstAfter(chunk, afterPosition))
                : null;
        }

        return oldest is { } known && EpochOf(known.Row.Epoch) is var epoch
            ? (Wall(known.Row, epoch), epoch.Boot == boot ? known.Row.At : null)
            : null;
    }

    /// <summary>Called when events have been dated again.</summary>
    public void ReloadEpochs() => epochs = new Epochs(database, boot);

    /// <summary>Called when chunks have been written anew.</summary>
    public void ForgetOldest() => oldest = null;

    public void Dispose() => database.Dispose();

    private static ChunkRow FirstAfter(ChunkDecoder chunk, long afterPosition)
    {
        while (chunk.Next() && chunk.Row.Position <= afterPosition)
        {
        }

        return chunk.Row;
    }

    private static DateTimeOffset Wall(in ChunkRow row, Epoch epoch) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.At + epoch.OffsetMs);

    /// <summary>The chunk that holds both the position and something after it.</summary>
    private ChunkDecoder? Seek(long position)
    {
        chunkOf.Bind(1, position);
        return Chunk(chunkOf);
    }

    private ChunkDecoder? NextChunk(long position)
    {
        nextChunk.Bind(1, position);
        return Chunk(nextChunk);
    }

    private ChunkDecoder? Chunk(Statement select)
    {
        try
        {
            if (!select.Step())
            {
                return null;
            }

            return ChunkDecoder.Checked(select.Int64(0), select.Int64(1), select.Int64(2), select.Blob(3));
        }
        finally
        {
            select.Reset();
        }
    }

    private StoredEvent Stored(ChunkDecoder chunk)
    {
        var (row, body) = (chunk.Row, chunk.Body);
        var (device, deviceKey) = Device(row.Device);
        var epoch = EpochOf(row.Epoch);
        var store = stores.Of(row.Position);
        var key = row.Family switch
        {
            EventFamily.Temperature or EventFamily.Inputs => deviceKey,
            EventFamily.Tags => TagKey.Of(body),
            _ => gatewayKey,
        };
        return new StoredEvent(
            row.Position, store.Store, store.SeqOf(row.Position), row.Family, row.Importance, device, key, Wall(row, epoch), epoch.Clock, body);
    }

    private Epoch EpochOf(int id)
    {
        if (epochs.Find(id) is { } known)
        {
            return known;
        }

        ReloadEpochs();
        return epochs.Find(id) ?? throw new InvalidDataException($"{database.Path} has no epoch {id}");
    }

    private (string Name, byte[] Key) Device(int id)
    {
        if (!devices.TryGetValue(id, out var device))
        {
            var name = database.Text($"SELECT name FROM device WHERE id = {id}")
                ?? throw new InvalidDataException($"{database.Path} has no device {id}");
            device = (name, Encoding.UTF8.GetBytes(gateway + "/" + name));
            devices[id] = device;
        }

        return device;
    }
}
