using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Store;

/// <summary>An alert as it stands in the table <c>alerts</c>.</summary>
public static class AlertRow
{
    public static readonly Table<string, Alert> Table = new(
        "alerts",
        [
            "id", "kind", "severity", "state", "gateway", "device", "site", "asset", "sku", "rule", "opened_at", "detected_at", "resolved_at",
            "late", "peak_celsius", "mkt_celsius", "acknowledged_by", "note",
        ],
        1,
        (key, to) => to.Text(key),
        (row, to) =>
        {
            to.Text(row.Id);
            to.Text(row.Kind);
            to.Text(row.Severity);
            to.Text(row.State);
            to.Text(row.Gateway);
            to.Text(row.Device);
            to.Text(row.Site);
            to.Text(row.Asset);
            to.Text(row.Sku);
            to.Text(row.Rule);
            to.Integer(row.OpenedAt.ToUnixTimeMilliseconds());
            to.Integer(row.DetectedAt.ToUnixTimeMilliseconds());
            to.Integer(row.ResolvedAt?.ToUnixTimeMilliseconds());
            to.Integer(row.Late ? 1 : 0);
            to.Real(row.PeakCelsius);
            to.Real(row.MktCelsius);
            to.Text(row.AcknowledgedBy);
            to.Text(row.Note);
        },
        from => new Alert
        {
            Id = from.Text(),
            Kind = from.Text(),
            Severity = from.Text(),
            State = from.Text(),
            Gateway = from.TextOrNull(),
            Device = from.TextOrNull(),
            Site = from.TextOrNull(),
            Asset = from.TextOrNull(),
            Sku = from.TextOrNull(),
            Rule = from.Text(),
            OpenedAt = DateTimeOffset.FromUnixTimeMilliseconds(from.Integer()),
            DetectedAt = DateTimeOffset.FromUnixTimeMilliseconds(from.Integer()),
            ResolvedAt = from.IntegerOrNull() is { } resolved ? DateTimeOffset.FromUnixTimeMilliseconds(resolved) : null,
            Late = from.Integer() != 0,
            PeakCelsius = from.RealOrNull(),
            MktCelsius = from.RealOrNull(),
            AcknowledgedBy = from.TextOrNull(),
            Note = from.TextOrNull(),
        });
}
