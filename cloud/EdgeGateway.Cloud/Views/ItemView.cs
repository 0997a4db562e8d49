using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Tagged items by EPC. What arrives at a receiving passage or is seen on a shelf is in stock at that site; what arrives at a
/// shipping passage leaves. An older event is kept in the history and undoes nothing.
/// </summary>
public sealed class ItemView(LevelView levels)
{
    private readonly RowCache<string, ItemRow> items = new(ItemRow.Table, row => row.Epc);
    private readonly SeriesWriter history = new(ChunkRow.ItemHistory);

    public void Load(IStoreTransaction transaction, Batch batch)
    {
        foreach (var tag in batch.Tags)
        {
            items.Want(tag.Value.Epc);
        }

        items.Load(transaction);
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
    }

    public void Apply(Received<TagEvent> received)
    {
        var e = received.Value;
        var at = e.ObservedAt.ToUnixTimeMilliseconds();
        ItemSeries.Write(history.Open(e.Epc).Start(at), e);
        var item = items.Find(e.Epc) ?? items.Add(new ItemRow(e.Epc));
        if (!IsNewer(e, at, item))
        {
            return;
        }

        var before = item.State == ItemRow.InStock ? item.Site : null;
        if (e.Change != TagChange.Departed)
        {
            item.State = e.Passage switch
            {
                "shipping" => ItemRow.Shipped,
                "receiving" or "shelf" => ItemRow.InStock,
                _ => item.State,
            };
            item.Site = e.Site;
        }
        else if (item.Site.Length == 0)
        {
            item.Site = e.Site;
        }

        item.Hex = e.Hex;
        item.Gtin = e.Gtin;
        item.Sscc = e.Sscc;
        item.Zone = e.Zone;
        item.Passage = e.Passage;
        item.Change = e.Change switch { TagChange.Arrived => "arrived", TagChange.Moved => "moved", _ => "departed" };
        (item.Gateway, item.Store, item.Seq, item.ObservedAt) = (e.Gateway, e.Store, e.Seq, at);
        items.Change(item);

        var after = item.State == ItemRow.InStock ? item.Site : null;
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

    public void Save(IStoreTransaction transaction)
    {
        items.Save(transaction);
        history.Save(transaction);
    }

    public void Trim() => items.Trim();

    public void Clear()
    {
        items.Clear();
        history.Clear();
    }

    // The number decides between two events of one gateway in one millisecond; between gateways their names do, so that any order gives the same.
    private static bool IsNewer(TagEvent e, long at, ItemRow item)
    {
        if (at != item.ObservedAt)
        {
            return at > item.ObservedAt;
        }

        var order = string.CompareOrdinal(e.Gateway, item.Gateway);
        order = order != 0 ? order : string.CompareOrdinal(e.Store, item.Store);
        return order != 0 ? order > 0 : e.Seq > item.Seq;
    }
}
