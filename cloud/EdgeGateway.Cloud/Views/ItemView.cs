using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Tagged items by EPC. A sighting that comes after newer ones undoes none of them: it takes its place in the item's history,
/// and stock becomes what follows from that.
/// </summary>
public sealed class ItemView(LevelView levels)
{
    private readonly RowCache<string, ItemRow> items = new(ItemRow.Table, row => row.Epc);
    private readonly SeriesWriter series = new(ChunkRow.ItemHistory);
    private readonly ItemHistories histories = new();

    /// <summary>Loads what the batch needs, in one query a table.</summary>
    public void Load(IStoreTransaction transaction, Batch batch, DuplicateFilter duplicates)
    {
        foreach (var tag in batch.Tags)
        {
            items.Want(tag.Value.Epc);
        }

        items.Load(transaction);
        foreach (var tag in batch.Tags)
        {
            if (!duplicates.Knows(tag.Value, tag.Partition))
            {
                histories.Want(tag.Value, items.Find(tag.Value.Epc)?.ObservedAt ?? long.MinValue);
            }
        }

        histories.Load(transaction);
        foreach (var tag in batch.Tags)
        {
            if (tag.Value.Gtin is { } gtin)
            {
                levels.Want(new LevelKey(tag.Value.Site, gtin));
                if (items.Find(tag.Value.Epc) is { State: ItemRow.InStock } item)
                {
                    levels.Want(new LevelKey(item.Site, gtin));
                }
            }
        }

        foreach (var (epc, history) in histories.All)
        {
            foreach (var site in history.Select(sighting => sighting.Site).Distinct())
            {
                if (items.Find(epc)?.Gtin is { } gtin)
                {
                    levels.WantFacts(new LevelKey(site, gtin));
                }
            }
        }
    }

    public void Apply(Received<TagEvent> received)
    {
        var e = received.Value;
        var sighting = StoredSighting.Of(e);
        ItemSeries.Write(series.Open(e.Epc).Start(sighting.At), e);
        var history = histories.Add(e);
        var item = items.Find(e.Epc) ?? items.Add(new ItemRow(e.Epc));
        if (IsNewer(sighting, item))
        {
            Follow(item, received);
        }
        else
        {
            // Loaded with the batch, as it is not newer than what was known then or came before in the batch.
            Insert(item, received, history!, sighting);
        }
    }

    public void Save(IStoreTransaction transaction)
    {
        items.Save(transaction);
        series.Save(transaction);
        histories.Clear();
    }

    public void Trim() => items.Trim();

    public void Clear()
    {
        items.Clear();
        series.Clear();
        histories.Clear();
    }

    private void Follow(ItemRow item, Received<TagEvent> received)
    {
        var e = received.Value;
        var before = item.Place.StockSite;
        item.Place = item.Place.After(e.Site, e.Passage, e.Change);
        item.Hex = e.Hex;
        item.Gtin = e.Gtin;
        item.Sscc = e.Sscc;
        item.Zone = e.Zone;
        item.Passage = e.Passage;
        item.Change = e.Change switch { TagChange.Arrived => "arrived", TagChange.Moved => "moved", _ => "departed" };
        (item.Gateway, item.Store, item.Seq, item.ObservedAt) = (e.Gateway, e.Store, e.Seq, e.ObservedAt.ToUnixTimeMilliseconds());
        items.Change(item);

        var after = item.Place.StockSite;
        if (before != after && e.Gtin is { } gtin)
        {
            if (before is not null)
            {
                levels.Move(new LevelKey(before, gtin), e, arrives: false, received.RecordAt);
            }

            if (after is not null)
            {
                levels.Move(new LevelKey(after, gtin), e, arrives: true, received.RecordAt);
            }
        }
    }

    private void Insert(ItemRow item, Received<TagEvent> received, List<StoredSighting> history, in StoredSighting sighting)
    {
        var (_, was) = ItemHistories.Follow(history, without: sighting);
        (item.Place, var now) = ItemHistories.Follow(history);
        items.Change(item);
        if (item.Gtin is { } gtin)
        {
            var corrections = was.Except(now).Select(move => (Move: move, IsUndone: true)).Concat(now.Except(was).Select(move => (Move: move, IsUndone: false)));
            foreach (var site in corrections.GroupBy(correction => correction.Move.Site))
            {
                levels.Correct(new LevelKey(site.Key, gtin), received.Value, [.. site], received.RecordAt);
            }
        }
    }

    private static bool IsNewer(in StoredSighting sighting, ItemRow item) => StoredSighting.Compare(
        sighting, sighting with { At = item.ObservedAt, Gateway = item.Gateway, Store = item.Store, Seq = item.Seq }) > 0;
}
