namespace EdgeGateway.Cloud.Store;

/// <summary>Highest seq taken of a gateway's store from one partition: whatever is not above it is a duplicate.</summary>
public sealed class MarkRow(string gateway, string store, string topic, int partition, long seq) : StoredRow
{
    public static readonly Table<MarkKey, MarkRow> Table = new(
        "marks", ["gateway", "store", "topic", "part", "seq"], 4,
        (key, to) =>
        {
            to.Text(key.Gateway);
            to.Text(key.Store);
            to.Text(key.Topic);
            to.Integer(key.Partition);
        },
        (row, to) =>
        {
            to.Text(row.Key.Gateway);
            to.Text(row.Key.Store);
            to.Text(row.Key.Topic);
            to.Integer(row.Key.Partition);
            to.Integer(row.Seq);
        },
        from => new MarkRow(from.Text(), from.Text(), from.Text(), (int)from.Integer(), from.Integer()));

    public MarkKey Key { get; } = new(gateway, store, topic, partition);

    public long Seq { get; set; } = seq;
}

/// <summary>What a mark is kept for.</summary>
public readonly record struct MarkKey(string Gateway, string Store, string Topic, int Partition);
