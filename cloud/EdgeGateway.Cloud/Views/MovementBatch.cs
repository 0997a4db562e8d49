using System.Runtime.InteropServices;
using System.Text;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// The movements of a batch, without an object or a string for each: their numbers in one list, all of them as they will be
/// kept in one buffer, and each article once. Its memory is used again.
/// </summary>
public sealed class MovementBatch
{
    // Doubled, the lists of a large batch would be nearly half empty.
    private const int MostRoomAdded = 16 * 1024;

    private readonly List<Movement> movements = new(1024);
    private readonly PagedBuffer stored = new();
    private readonly ChunkBuffer last = new(1024);
    private readonly List<LevelKey> articles = [];
    private readonly List<ArticleName> names = [];
    private readonly ChunkBuffer nameBytes = new(16 * 1024);

    // Always a power of two, so that a mask finds the place of a hash.
    private int[] slots = new int[1024];
    private bool[] isNew = [];

    /// <summary>In the order of their partitions.</summary>
    public ReadOnlySpan<Movement> All => CollectionsMarshal.AsSpan(movements);

    /// <summary>The articles they are about, each once.</summary>
    public IReadOnlyList<LevelKey> Articles => articles;

    /// <summary>Event time of the newest, Unix milliseconds.</summary>
    public long NewestAt { get; private set; } = long.MinValue;

    /// <summary>Whether one of them is a count.</summary>
    public bool HasCounts { get; private set; }

    /// <summary>Whether <see cref="MovementFilter"/> has gone through it; it is complete by then.</summary>
    public bool IsMarked { get; private set; }

    /// <summary>For each movement whether it is new.</summary>
    /// <exception cref="InvalidOperationException">They were not marked.</exception>
    public ReadOnlySpan<bool> IsNew =>
        IsMarked || movements.Count == 0 ? isNew.AsSpan(0, movements.Count) : throw new InvalidOperationException("the movements of this batch were not compared with those before it");

    public void Add(in MovementRecord record, Partition partition, long recordAt)
    {
        var at = record.OccurredAt.ToUnixTimeMilliseconds();
        NewestAt = Math.Max(NewestAt, at);
        HasCounts |= record.Kind == MovementKind.Counted;
        var article = KeyHash.Add(KeyHash.Add(0, record.Site), record.Sku);
        last.Clear();
        last.Write(at);
        MovementSeries.Write(last, record);
        if (movements.Count == movements.Capacity)
        {
            movements.Capacity += Math.Min(movements.Count, MostRoomAdded);
        }

        movements.Add(new Movement(
            partition, recordAt, at, record.Quantity, record.Kind, IndexOf(article, record.Site, record.Sku),
            KeyHash.Add(article, record.Id), stored.Add(last.Memory.Span), last.Length));
    }

    /// <summary>A movement as its series keeps it.</summary>
    public ReadOnlySpan<byte> Stored(in Movement movement) => stored.Read(movement.Place, movement.Length);

    /// <summary>The whole of a movement.</summary>
    public StoredMovement Read(in Movement movement) => MovementSeries.Read(Stored(movement).ToArray()).Single();

    /// <summary>Where to mark which movements are new.</summary>
    internal Span<bool> StartMarks()
    {
        if (isNew.Length < movements.Count)
        {
            isNew = new bool[movements.Capacity];
        }

        IsMarked = true;
        return isNew.AsSpan(0, movements.Count);
    }

    public void Clear()
    {
        (IsMarked, HasCounts) = (false, false);
        movements.Clear();
        stored.Clear();
        articles.Clear();
        names.Clear();
        nameBytes.Clear();
        Array.Clear(slots);
        NewestAt = long.MinValue;
    }

    private int IndexOf(ulong hash, ReadOnlySpan<byte> site, ReadOnlySpan<byte> sku)
    {
        var slot = FirstSlot(hash);
        while (slots[slot] is var taken and > 0)
        {
            var name = names[taken - 1];
            if (name.Hash == hash && nameBytes.Span(name.Offset, name.SiteLength).SequenceEqual(site)
                && nameBytes.Span(name.Offset + name.SiteLength, name.SkuLength).SequenceEqual(sku))
            {
                return taken - 1;
            }

            slot = (slot + 1) & (slots.Length - 1);
        }

        names.Add(new ArticleName(hash, nameBytes.Length, site.Length, sku.Length));
        nameBytes.Write(site);
        nameBytes.Write(sku);
        articles.Add(new LevelKey(Encoding.UTF8.GetString(site), Encoding.UTF8.GetString(sku)));
        slots[slot] = names.Count;
        if (names.Count > slots.Length / 2)
        {
            Grow();
        }

        return names.Count - 1;
    }

    private int FirstSlot(ulong hash) => (int)hash & (slots.Length - 1);

    private void Grow()
    {
        slots = new int[slots.Length * 2];
        for (var i = 0; i < names.Count; i++)
        {
            var slot = FirstSlot(names[i].Hash);
            while (slots[slot] > 0)
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            slots[slot] = i + 1;
        }
    }

    private readonly record struct ArticleName(ulong Hash, int Offset, int SiteLength, int SkuLength);
}
