using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Drops what came before: within a partition a gateway's store numbers upwards, so an event that is not above the mark has
/// been taken already, whoever sent it again. Only a number that never came is taken below the mark: a record that could not
/// be read in its turn and is replayed.
/// </summary>
/// <param name="hasSeen">Whether this number of the event's gateway and store was taken.</param>
public sealed class DuplicateFilter(Func<GatewayEvent, bool> hasSeen)
{
    private readonly RowCache<MarkKey, MarkRow> marks = new(MarkRow.Table, row => row.Key);
    private MarkRow? last;

    /// <summary>Events dropped since the start.</summary>
    public long Dropped { get; private set; }

    public void Want<T>(List<Received<T>> events)
        where T : GatewayEvent
    {
        MarkKey previous = default;
        foreach (var received in events)
        {
            var key = KeyOf(received.Value, received.Partition);
            if (key != previous)
            {
                marks.Want(key);
                previous = key;
            }
        }
    }

    public void Load(IStoreTransaction transaction) => marks.Load(transaction);

    /// <summary>Whether an event was taken before this batch.</summary>
    public bool Knows(GatewayEvent e, Partition partition) => e.Seq <= marks.Find(KeyOf(e, partition))?.Seq && hasSeen(e);

    /// <summary>False for an event that was taken before; otherwise it is the new mark.</summary>
    public bool Take(GatewayEvent e, Partition partition)
    {
        var mark = last;
        if (mark is null || mark.Key.Partition != partition.Number || mark.Key.Gateway != e.Gateway || mark.Key.Store != e.Store || mark.Key.Topic != partition.Topic)
        {
            var key = KeyOf(e, partition);
            last = mark = marks.Find(key) ?? marks.Add(new MarkRow(key.Gateway, key.Store, key.Topic, key.Partition, 0));
        }

        if (e.Seq > mark.Seq)
        {
            mark.Seq = e.Seq;
            marks.Change(mark);
            return true;
        }

        if (hasSeen(e))
        {
            Dropped++;
            return false;
        }

        return true;
    }

    public void Save(IStoreTransaction transaction) => marks.Save(transaction);

    public void Trim()
    {
        marks.Trim();
        last = null;
    }

    public void Clear()
    {
        marks.Clear();
        last = null;
    }

    private static MarkKey KeyOf(GatewayEvent e, Partition partition) => new(e.Gateway, e.Store, partition.Topic, partition.Number);
}
