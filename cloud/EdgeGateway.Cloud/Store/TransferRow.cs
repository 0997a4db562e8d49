namespace EdgeGateway.Cloud.Store;

/// <summary>Goods that left one site for another; in transit until received there under the same reference.</summary>
public sealed record TransferRow(
    string ToSite, string Sku, string Movement, string FromSite, long Quantity, string? Reference, long OccurredAt)
{
    public static readonly Table<(string ToSite, string Sku, string Movement), TransferRow> Table = new(
        "transfers", ["to_site", "sku", "movement", "from_site", "quantity", "reference", "occurred_at"], 3,
        (key, to) =>
        {
            to.Text(key.ToSite);
            to.Text(key.Sku);
            to.Text(key.Movement);
        },
        (row, to) =>
        {
            to.Text(row.ToSite);
            to.Text(row.Sku);
            to.Text(row.Movement);
            to.Text(row.FromSite);
            to.Integer(row.Quantity);
            to.Text(row.Reference);
            to.Integer(row.OccurredAt);
        },
        from => new TransferRow(
            from.Text(), from.Text(), from.Text(), from.Text(), from.Integer(), from.TextOrNull(), from.Integer()));
}
