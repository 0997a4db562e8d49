using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Tests;

/// <summary>All views as lines of text, to be compared row by row. Left out is only when something was found out, not what.</summary>
public static class ViewDump
{
    public static IReadOnlyList<string> Of(IStore store)
    {
        using var connection = store.OpenReader();
        var lines = new List<string>();
        Rows("SELECT 'completeness', gateway, store, highest, seen FROM completeness");
        Rows("SELECT 'ledger', gateway, store, seq, kind, from_seq, to_seq, family, count, reason, observed_at, lost_store FROM ledger");
        Rows("SELECT 'gateway', gateway, site, asset, store, last_heard, confirmed, status FROM gateways");
        Rows("SELECT 'device', gateway, device, profile, site, asset, state FROM devices");
        Rows("SELECT 'checkpoint', series, slot, at, profile, state FROM checkpoints");
        Rows("SELECT 'item', epc, hex, gtin, sscc, site, zone, passage, change, state, gateway, store, seq, observed_at FROM items");
        Rows("SELECT 'level', site, sku, on_hand, reserved, updated_at, counted_at, moved_at, low_since, next_expiry, count_id FROM levels");
        Rows("SELECT 'variance', site, sku, movement, counted_at, counted, expected, by_whom, reason FROM variances");
        Rows("SELECT 'transfer', to_site, sku, movement, from_site, quantity, reference, occurred_at FROM transfers");
        Rows("SELECT 'alert', id, kind, severity, state, gateway, device, site, asset, sku, rule, opened_at, resolved_at, late, peak_celsius, mkt_celsius FROM alerts");
        Rows("SELECT 'audit', alert, by_whom, change, old, new, note FROM audit");
        Rows("SELECT 'consumed', topic, part, next_offset FROM consumed");
        Rows("SELECT 'mark', gateway, store, topic, part, seq FROM marks");
        Series("readings", ReadingSeries.Read);
        Series("movements", MovementSeries.Read);
        Series("item_history", ItemSeries.Read);
        Series("positions", PositionSeries.Read);
        lines.Sort(StringComparer.Ordinal);
        return lines;

        void Rows(string query) => lines.AddRange(connection.Command(query).Rows(row =>
            string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? "-" : row.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : $"{row.GetValue(i)}"))));

        // How a series is cut into chunks depends on the batches; what is in it does not.
        void Series<T>(string table, Func<byte[], IEnumerable<T>> read) => lines.AddRange(connection.Command($"SELECT series, chunk FROM {table}")
            .Rows(row => (Series: row.GetString(0), Chunk: row.GetFieldValue<byte[]>(1)))
            .SelectMany(row => read(row.Chunk).Select(entry => $"{table}|{row.Series}|{entry}")));
    }
}
