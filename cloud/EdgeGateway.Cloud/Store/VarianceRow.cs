namespace EdgeGateway.Cloud.Store;

/// <summary>What a count found and what the facts up to then said. <paramref name="CountedAt"/> in Unix milliseconds.</summary>
public sealed record VarianceRow(
    string Site, string Sku, string Movement, long CountedAt, long Counted, long Expected, string? By, string? Reason)
{
    public static readonly Table<(string Site, string Sku, string Movement), VarianceRow> Table = new(
        "variances", ["site", "sku", "movement", "counted_at", "counted", "expected", "by_whom", "reason"], 3,
        (key, to) =>
        {
            to.Text(key.Site);
            to.Text(key.Sku);
            to.Text(key.Movement);
        },
        (row, to) =>
        {
            to.Text(row.Site);
            to.Text(row.Sku);
            to.Text(row.Movement);
            to.Integer(row.CountedAt);
            to.Integer(row.Counted);
            to.Integer(row.Expected);
            to.Text(row.By);
            to.Text(row.Reason);
        },
        from => new VarianceRow(
            from.Text(), from.Text(), from.Text(), from.Integer(), from.Integer(), from.Integer(), from.TextOrNull(), from.TextOrNull()));
}
