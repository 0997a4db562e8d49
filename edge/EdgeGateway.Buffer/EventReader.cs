using System.Text;
using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>Reads the queue over a connection of its own, so that sending never waits for a commit. Used under a lock.</summary>
internal sealed class EventReader : IDisposable
{
    /// <summary>Bodies are handed out in arrays that stay below the large object heap.</summary>
    private const int ChunkBytes = 32 << 10;

    /// <summary>One call returns no more than this, whatever the count asked for.</summary>
    private const int MaxReadBytes = 4 << 20;

    private readonly Database database;
    private readonly Statement select;
    private readonly Statement oldest;
    private readonly string boot;
    private readonly string gateway;
    private readonly byte[] gatewayKey;
    private readonly IReadOnlyList<StoreRange> stores;
    private readonly Dictionary<int, (string Name, byte[] Key)> devices = [];
    private Epochs epochs;

    public EventReader(BufferOptions options, IReadOnlyList<StoreRange> stores)
    {
        this.stores = stores;
        boot = options.BootId;
        gateway = options.Gateway;
        gatewayKey = Encoding.UTF8.GetBytes(gateway);
        database = new Database(options.Path);
        database.Execute("PRAGMA query_only = ON; PRAGMA cache_size = -1024");
        select = database.Prepare("""
            SELECT position, family, importance, device, epoch, at, crc, body
            FROM event WHERE position > ? ORDER BY position LIMIT ?
            """);
        oldest = database.Prepare("SELECT at, epoch FROM event WHERE position > ? ORDER BY position LIMIT 1");
        epochs = new Epochs(database, boot);
    }

    /// <summary>Adds what is committed after a position, in order.</summary>
    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    public int Read(long afterPosition, int maxCount, List<StoredEvent> into)
    {
        var before = into.Count;
        var chunk = Array.Empty<byte>();
        var (used, total) = (0, 0);
        select.Bind(1, afterPosition).Bind(2, maxCount);
        try
        {
            while (total < MaxReadBytes && select.Step())
            {
                var body = select.Blob(7);
                if (body.Length > chunk.Length - used)
                {
                    chunk = new byte[Math.Max(ChunkBytes, body.Length)];
                    used = 0;
                }

                body.CopyTo(chunk.AsSpan(used));
                into.Add(Row(chunk.AsMemory(used, body.Length)));
                used += body.Length;
                total += body.Length;
            }
        }
        finally
        {
            select.Reset();
        }

        return into.Count - before;
    }

    /// <summary>When the oldest event after a position was observed: by the wall clock, and by the boot clock if it was this boot.</summary>
    public (DateTimeOffset ObservedAt, long? BootMs)? Oldest(long afterPosition)
    {
        oldest.Bind(1, afterPosition);
        try
        {
            if (!oldest.Step())
            {
                return null;
            }

            var (at, epoch) = (oldest.Int64(0), EpochOf((int)oldest.Int64(1)));
            return (DateTimeOffset.FromUnixTimeMilliseconds(at + epoch.OffsetMs), epoch.Boot == boot ? at : null);
        }
        finally
        {
            oldest.Reset();
        }
    }

    /// <summary>Called when events have been dated again.</summary>
    public void ReloadEpochs() => epochs = new Epochs(database, boot);

    public void Dispose() => database.Dispose();

    private StoredEvent Row(ReadOnlyMemory<byte> body)
    {
        var position = select.Int64(0);
        var family = (EventFamily)select.Int64(1);
        var (device, deviceKey) = Device((int)select.Int64(3));
        var epoch = EpochOf((int)select.Int64(4));
        var at = select.Int64(5);
        var store = StoreOf(position);
        return new StoredEvent(
            position,
            store.Store,
            store.SeqOf(position),
            family,
            (Importance)select.Int64(2),
            device,
            family switch
            {
                EventFamily.Temperature or EventFamily.Inputs => deviceKey,
                EventFamily.Tags => TagKey.Of(body),
                _ => gatewayKey,
            },
            DateTimeOffset.FromUnixTimeMilliseconds(at + epoch.OffsetMs),
            epoch.Clock,
            body);
    }

    private StoreRange StoreOf(long position)
    {
        var index = stores.Count - 1;
        while (index > 0 && stores[index].First > position)
        {
            index--;
        }

        return stores[index];
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
