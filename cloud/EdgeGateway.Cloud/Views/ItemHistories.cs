using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// All sightings of the tags of which a batch brings one that is older than another: a portal was cut off while a shelf reader
/// was not. Where the item is, and what came and went where and when, follows from their order in time.
/// </summary>
public sealed class ItemHistories
{
    private static readonly Comparer<StoredSighting> ByTime = Comparer<StoredSighting>.Create(StoredSighting.Compare);

    private readonly Dictionary<string, List<StoredSighting>> histories = [];
    private readonly Dictionary<string, long> newest = [];

    public IEnumerable<KeyValuePair<string, List<StoredSighting>>> All => histories;

    /// <summary>Has the history loaded by <see cref="Load"/> if the sighting is not newer than those before.</summary>
    /// <param name="e">A sighting of the batch, in the order of its partition.</param>
    /// <param name="known">Event time of the newest sighting before the batch, Unix milliseconds.</param>
    public void Want(TagEvent e, long known)
    {
        var at = e.ObservedAt.ToUnixTimeMilliseconds();
        var last = newest.GetValueOrDefault(e.Epc, known);
        if (at <= last)
        {
            histories.TryAdd(e.Epc, []);
        }

        newest[e.Epc] = Math.Max(at, last);
    }

    public void Load(IStoreTransaction transaction)
    {
        newest.Clear();
        transaction.Load(ChunkRow.ItemHistory, histories.Keys, row => histories[row.Series].AddRange(ItemSeries.Read(row.Chunk.ToArray())));
        foreach (var history in histories.Values)
        {
            history.Sort(ByTime);
        }
    }

    /// <summary>Adds a sighting; null when the tag's history was not wanted.</summary>
    public List<StoredSighting>? Add(TagEvent e)
    {
        if (histories.Count == 0 || !histories.TryGetValue(e.Epc, out var history))
        {
            return null;
        }

        var sighting = StoredSighting.Of(e);
        var place = history.BinarySearch(sighting, ByTime);
        history.Insert(place < 0 ? ~place : place, sighting);
        return history;
    }

    public void Clear()
    {
        histories.Clear();
        newest.Clear();
    }

    /// <summary>Where the item ends, and what came to and went from the stock of sites on its way.</summary>
    /// <param name="sightings">In the order of their time.</param>
    /// <param name="without">One that is passed over; null for none.</param>
    public static (ItemPlace Place, List<ItemMove> Moves) Follow(List<StoredSighting> sightings, StoredSighting? without = null)
    {
        var place = ItemPlace.Unknown;
        var moves = new List<ItemMove>();
        foreach (var sighting in sightings)
        {
            if (sighting == without)
            {
                continue;
            }

            var before = place.StockSite;
            place = place.After(sighting.Site, sighting.Passage, sighting.Change);
            if (place.StockSite == before)
            {
                continue;
            }

            var id = CloudEvent.EventId(sighting.Gateway, sighting.Store, sighting.Seq);
            if (before is not null)
            {
                moves.Add(new ItemMove(sighting.At, before, Arrives: false, id));
            }

            if (place.StockSite is { } after)
            {
                moves.Add(new ItemMove(sighting.At, after, Arrives: true, id));
            }
        }

        return (place, moves);
    }
}

/// <summary>An item came into the stock of a site or left it. <paramref name="At"/> in Unix milliseconds.</summary>
public readonly record struct ItemMove(long At, string Site, bool Arrives, string Id);
