using System.Data.Common;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Api;

/// <summary>Stock by site and article, now or at a time, with the facts behind it; items by EPC.</summary>
public static class StockApi
{
    private const int MostRows = 5_000;
    private const int MostFacts = 1_000;
    private const string Wanted = "WHERE (@site = '' OR site = @site) AND (@sku = '' OR sku = @sku)";

    public static void MapStock(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/stock", (string? site, string? sku, string? at, IStore store) =>
            Answer(at, time => time is { } moment ? At(store, site, sku, moment) : Now(store, site, sku)));
        routes.MapGet("/api/stock/{site}/{sku}/facts", (string site, string sku, string? at, IStore store) =>
            Answer(at, time => Facts(store, site, sku, time ?? long.MaxValue)));
        routes.MapGet("/api/items/{**epc}", (string epc, IStore store) => Item(store, Uri.UnescapeDataString(epc)));
    }

    private static IResult Answer(string? at, Func<long?, IResult> answer) =>
        JsonTime.TryRead(at, out var time) ? answer(time) : Error(StatusCodes.Status400BadRequest, $"at is '{at}', not a time such as 2026-01-02T03:04:05.678Z");

    private static IResult Now(IStore store, string? site, string? sku)
    {
        using var connection = store.OpenReader();
        var levels = Of(connection, site, sku, "SELECT site, sku, on_hand, reserved, updated_at, low_since FROM levels " + Wanted + " ORDER BY site, sku")
            .Rows(row => new StockRow(
                row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(2) - row.GetInt64(3), 0, JsonTime.Of(row.GetInt64(4)), JsonTime.Of(row.Long(5))));
        return WithTransfers(connection, levels, site, sku, long.MaxValue);
    }

    private static IResult At(IStore store, string? site, string? sku, long at)
    {
        using var connection = store.OpenReader();
        var keys = Of(connection, site, sku, "SELECT site, sku FROM levels " + Wanted + " ORDER BY site, sku").Rows(row => (Site: row.GetString(0), Sku: row.GetString(1)));
        var levels = keys.ConvertAll(key =>
        {
            var facts = MovementChain.Read(connection, new LevelKey(key.Site, key.Sku), long.MinValue, at).ToList();
            var (onHand, reserved) = (StoredMovement.OnHandAt(facts, at), ReservedAt(facts, at));
            return new StockRow(key.Site, key.Sku, onHand, reserved, onHand - reserved, 0, JsonTime.Of(facts.Count == 0 ? at : facts.Max(fact => fact.At)), null);
        });
        return WithTransfers(connection, levels, site, sku, at);
    }

    // What had left for a site by then and had not been received there under its reference.
    private static IResult WithTransfers(DbConnection connection, List<StockRow> levels, string? site, string? sku, long at)
    {
        var transfers = Of(
                connection, site, sku,
                "SELECT site, sku, reference, SUM(quantity), MIN(occurred_at) FROM (SELECT to_site AS site, sku, reference, quantity, occurred_at FROM transfers) AS t "
                + Wanted + " AND occurred_at <= @at GROUP BY site, sku, reference")
            .With("at", at)
            .Rows(row => (Key: (Site: row.GetString(0), Sku: row.GetString(1)), Reference: row.Text(2), Quantity: (long)row.GetDecimal(3), Since: row.GetInt64(4)));
        var all = levels.ToDictionary(row => (row.Site, row.Sku));
        foreach (var group in transfers.GroupBy(transfer => transfer.Key))
        {
            var since = group.Min(transfer => transfer.Since);
            var received = MovementChain.Read(connection, new LevelKey(group.Key.Site, group.Key.Sku), since, at).Where(fact => fact.Kind == MovementKind.Received).ToList();
            var onTheWay = group.Sum(transfer => Math.Max(0, transfer.Quantity - received.Where(fact => fact.Reference == transfer.Reference && fact.At >= transfer.Since).Sum(fact => fact.Quantity)));
            var row = all.GetValueOrDefault(group.Key) ?? new StockRow(group.Key.Site, group.Key.Sku, 0, 0, 0, 0, JsonTime.Of(since), null);
            all[group.Key] = row with { InTransit = onTheWay };
        }

        return Results.Json(all.Values.OrderBy(row => row.Site, StringComparer.Ordinal).ThenBy(row => row.Sku, StringComparer.Ordinal));
    }

    private static long ReservedAt(IEnumerable<StoredMovement> facts, long at)
    {
        var reservations = new Reservations();
        foreach (var fact in facts.OrderBy(fact => fact.At))
        {
            reservations.Expire(fact.At);
            switch (fact.Kind)
            {
                case MovementKind.Reserved: reservations.Reserve(fact.Reference ?? "", fact.Quantity, fact.ExpiresAt); break;
                case MovementKind.Released: reservations.Release(fact.Reference ?? "", fact.Quantity, fact.At); break;
                case MovementKind.Shipped when fact.Reference is { } reference: reservations.Fulfil(reference, fact.Quantity); break;
            }
        }

        reservations.Expire(at);
        return reservations.Total;
    }

    // The newest first; what is before them is asked for with the time of the last.
    private static IResult Facts(IStore store, string site, string sku, long at)
    {
        using var connection = store.OpenReader();
        var facts = MovementChain.Read(connection, new LevelKey(site, sku), long.MinValue, at).OrderByDescending(fact => fact.At).Take(MostFacts).Select(fact => new
        {
            id = fact.Id,
            kind = InventoryMovement.NameOf(fact.Kind),
            quantity = fact.Quantity,
            change = fact.Change,
            reference = fact.Reference,
            toSite = fact.ToSite,
            channel = fact.Channel,
            by = fact.By,
            reason = fact.Reason,
            expiresAt = JsonTime.Of(fact.ExpiresAt),
            occurredAt = JsonTime.Of(fact.At),
        });
        var variances = connection.Command("SELECT movement, counted_at, counted, expected, by_whom, reason FROM variances WHERE site = @site AND sku = @sku ORDER BY counted_at DESC")
            .With("site", site).With("sku", sku)
            .Rows(row => new
            {
                id = row.GetString(0),
                countedAt = JsonTime.Of(row.GetInt64(1)),
                counted = row.GetInt64(2),
                expected = row.GetInt64(3),
                variance = row.GetInt64(2) - row.GetInt64(3),
                by = row.Text(4),
                reason = row.Text(5),
            });
        return Results.Json(new { site, sku, facts, variances });
    }

    private static IResult Item(IStore store, string epc)
    {
        using var connection = store.OpenReader();
        if (ReaderRow.Rows(connection.Command($"SELECT {string.Join(", ", ItemRow.Table.Columns)} FROM items WHERE epc = @epc").With("epc", epc), ItemRow.Table) is not [var item])
        {
            return Error(StatusCodes.Status404NotFound, $"no item '{epc}' has been seen");
        }

        var history = connection.Command("SELECT chunk FROM item_history WHERE series = @epc ORDER BY to_at").With("epc", epc)
            .Rows(row => row.GetFieldValue<byte[]>(0)).SelectMany(ItemSeries.Read).OrderBy(sighting => sighting.At).TakeLast(MostFacts)
            .Select(sighting => new
            {
                observedAt = JsonTime.Of(sighting.At),
                site = sighting.Site,
                zone = sighting.Zone,
                passage = sighting.Passage,
                change = sighting.Change switch { TagChange.Arrived => "arrived", TagChange.Moved => "moved", _ => "departed" },
                gateway = sighting.Gateway,
                device = sighting.Device,
                reads = sighting.Reads,
                rssiDbm = sighting.RssiDbm,
            });
        return Results.Json(new
        {
            epc = item.Epc,
            hex = item.Hex,
            gtin = item.Gtin,
            sscc = item.Sscc,
            site = item.Site,
            zone = item.Zone,
            passage = item.Passage,
            change = item.Change,
            state = item.State,
            inStock = item.State == ItemRow.InStock,
            observedAt = JsonTime.Of(item.ObservedAt),
            history,
        });
    }

    private static DbCommand Of(DbConnection connection, string? site, string? sku, string sql) =>
        connection.Command($"{sql} LIMIT {MostRows}").With("site", site ?? "").With("sku", sku ?? "");

    private static IResult Error(int status, string error) => Results.Json(new { error }, statusCode: status);

    private sealed record StockRow(string Site, string Sku, long OnHand, long Reserved, long Available, long InTransit, string UpdatedAt, string? LowSince);
}
