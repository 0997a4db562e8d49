namespace EdgeGateway.Cloud.Store;

/// <summary>
/// A range that a gateway gave up, as its ledger says: numbers of <paramref name="LostStore"/>, an older store where the entry was
/// written after a damaged file was replaced. <paramref name="ObservedAt"/> in Unix milliseconds.
/// </summary>
public sealed record LedgerRow(
    string Gateway, string Store, long Seq, string Kind, long FromSeq, long ToSeq, string Family, long Count, string Reason, long ObservedAt, string LostStore)
{
    public static readonly Table<(string Gateway, string Store, long Seq), LedgerRow> Table = new(
        "ledger", ["gateway", "store", "seq", "kind", "from_seq", "to_seq", "family", "count", "reason", "observed_at", "lost_store"], 3,
        (key, to) =>
        {
            to.Text(key.Gateway);
            to.Text(key.Store);
            to.Integer(key.Seq);
        },
        (row, to) =>
        {
            to.Text(row.Gateway);
            to.Text(row.Store);
            to.Integer(row.Seq);
            to.Text(row.Kind);
            to.Integer(row.FromSeq);
            to.Integer(row.ToSeq);
            to.Text(row.Family);
            to.Integer(row.Count);
            to.Text(row.Reason);
            to.Integer(row.ObservedAt);
            to.Text(row.LostStore);
        },
        from => new LedgerRow(
            from.Text(), from.Text(), from.Integer(), from.Text(), from.Integer(), from.Integer(), from.Text(), from.Integer(), from.Text(), from.Integer(), from.Text()));
}
