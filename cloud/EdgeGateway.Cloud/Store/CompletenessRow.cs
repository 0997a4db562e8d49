using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Store;

/// <summary>Which numbers of a gateway's store were seen, over all topics.</summary>
public sealed class CompletenessRow(string gateway, string store, SeqSet seen) : StoredRow
{
    public static readonly Table<(string Gateway, string Store), CompletenessRow> Table = new(
        "completeness", ["gateway", "store", "highest", "seen"], 2,
        (key, to) =>
        {
            to.Text(key.Gateway);
            to.Text(key.Store);
        },
        (row, to) =>
        {
            to.Text(row.Gateway);
            to.Text(row.Store);
            to.Integer(row.Seen.Highest);
            to.Bytes(row.Seen.ToBytes());
        },
        Read);

    public string Gateway => gateway;

    public string Store => store;

    public SeqSet Seen => seen;

    private static CompletenessRow Read(IRowReader from)
    {
        var (gateway, store) = (from.Text(), from.Text());
        from.Integer();
        return new CompletenessRow(gateway, store, SeqSet.FromBytes(from.Bytes()));
    }
}
