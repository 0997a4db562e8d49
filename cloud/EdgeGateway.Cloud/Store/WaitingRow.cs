namespace EdgeGateway.Cloud.Store;

/// <summary>What a sighting did to a level, while its low-stock rule waits for the gateway's earlier numbers. Times in Unix milliseconds.</summary>
public sealed record WaitingRow(string Gateway, string Store, long Seq, string Site, string Sku, long Change, long At, long RecordAt)
{
    private static readonly string[] Columns = ["gateway", "store", "seq", "site", "sku", "change", "observed_at", "record_at"];

    public static readonly Table<(string Gateway, string Store, long Seq, string Site), WaitingRow> Table = new(
        "waiting", Columns, 4,
        (_, _) => throw new NotSupportedException("they are read by store"),
        Write, Read);

    /// <summary>All of a gateway's store at once.</summary>
    public static readonly Table<(string Gateway, string Store), WaitingRow> OfStore = new(
        "waiting", Columns, 2,
        (key, to) =>
        {
            to.Text(key.Gateway);
            to.Text(key.Store);
        },
        Write, Read);

    private static void Write(WaitingRow row, IRowWriter to)
    {
        to.Text(row.Gateway);
        to.Text(row.Store);
        to.Integer(row.Seq);
        to.Text(row.Site);
        to.Text(row.Sku);
        to.Integer(row.Change);
        to.Integer(row.At);
        to.Integer(row.RecordAt);
    }

    private static WaitingRow Read(IRowReader from) => new(
        from.Text(), from.Text(), from.Integer(), from.Text(), from.Text(), from.Integer(), from.Integer(), from.Integer());
}
