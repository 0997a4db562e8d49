using System.Text.Json.Nodes;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Api;

/// <summary>Gateways with their completeness, and the readings of their probes.</summary>
public static class GatewayApi
{
    private const int MostReadings = 20_000;
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromHours(24);

    public static void MapGateways(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/gateways", (IStore store) => List(store));
        routes.MapGet("/api/devices/{gateway}/{device}/readings", (string gateway, string device, string? from, string? to, int? points, IStore store, TimeProvider time) =>
        {
            if (!JsonTime.TryRead(from, out var since) || !JsonTime.TryRead(to, out var until))
            {
                return Error("from and to are times such as 2026-01-02T03:04:05.678Z");
            }

            if (points is < 2 or > MostReadings)
            {
                return Error($"points is 2 to {MostReadings}");
            }

            var end = until ?? time.GetUtcNow().ToUnixTimeMilliseconds();
            return Readings(store, ReadingSeries.KeyOf(gateway, device), since ?? end - (long)DefaultSpan.TotalMilliseconds, end, points);
        });
    }

    private static IResult List(IStore store)
    {
        using var connection = store.OpenReader();
        var gateways = ReaderRow.Rows(connection.Command($"SELECT {string.Join(", ", GatewayRow.Table.Columns)} FROM gateways"), GatewayRow.Table)
            .ToDictionary(row => row.Gateway, StringComparer.Ordinal);
        var completeness = ReaderRow.Rows(connection.Command($"SELECT {string.Join(", ", CompletenessRow.Table.Columns)} FROM completeness"), CompletenessRow.Table);
        var ledger = ReaderRow.Rows(connection.Command($"SELECT {string.Join(", ", LedgerRow.Table.Columns)} FROM ledger ORDER BY seq"), LedgerRow.Table)
            .ToLookup(row => (row.Gateway, row.LostStore));
        var settledAt = connection.Command("SELECT COALESCE(MIN(caught_up_at), 0) FROM consumed").Rows(row => row.GetInt64(0))[0];

        var rows = new List<JsonObject>();
        foreach (var gateway in gateways.Keys.Concat(completeness.Select(row => row.Gateway)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var row = gateways.GetValueOrDefault(gateway);
            var stores = completeness.Where(one => one.Gateway == gateway).OrderBy(one => one.Store == row?.Store).ToList();
            rows.Add(Of(gateway, row, stores, ledger, settledAt));
        }

        return Results.Json(rows);
    }

    private static JsonObject Of(
        string gateway, GatewayRow? row, List<CompletenessRow> stores, ILookup<(string Gateway, string Store), LedgerRow> ledger, long settledAt)
    {
        var status = row is null ? null : JsonNode.Parse(row.Status);
        var missing = new JsonArray();
        var ledgered = new JsonArray();
        foreach (var one in stores)
        {
            var entries = ledger[(gateway, one.Store)].ToList();
            // Up to here Kafka had everything, and everything Kafka had then has been read. Of an older store, all that it ever gave.
            var confirmed = row is null ? 0 : row.Store != one.Store ? one.Seen.Highest : row.HeardAt < settledAt ? row.Confirmed : Math.Min(row.Confirmed, one.Seen.Contiguous);
            foreach (var range in Completeness.Unexplained(one.Seen, entries, confirmed))
            {
                missing.Add(new JsonObject { ["store"] = one.Store, ["from"] = range.From, ["to"] = range.To });
            }

            foreach (var entry in entries)
            {
                ledgered.Add(new JsonObject
                {
                    ["store"] = one.Store, ["from"] = entry.FromSeq, ["to"] = entry.ToSeq, ["kind"] = entry.Kind,
                    ["family"] = entry.Family, ["count"] = entry.Count, ["reason"] = entry.Reason, ["observedAt"] = JsonTime.Of(entry.ObservedAt),
                });
            }
        }

        return new JsonObject
        {
            ["gateway"] = gateway,
            ["site"] = row?.Site,
            ["asset"] = row?.Asset,
            ["store"] = row?.Store ?? stores.LastOrDefault()?.Store,
            ["highestSeq"] = stores.LastOrDefault()?.Seen.Highest ?? 0,
            ["missing"] = missing,
            ["ledgered"] = ledgered,
            ["buffered"] = status?["buffered"]?.DeepClone(),
            ["oldestBufferedAt"] = status?["oldestBufferedAt"]?.DeepClone(),
            ["lastSeq"] = status?["lastSeq"]?.DeepClone(),
            ["lastHeard"] = JsonTime.Of(row?.LastHeard),
            ["version"] = status?["version"]?.DeepClone(),
            ["clock"] = status?["clock"]?.DeepClone(),
            ["lost"] = row?.LostSince is not null,
            ["alarms"] = status?["alarms"]?.DeepClone() ?? new JsonArray(),
            ["devices"] = status?["devices"]?.DeepClone() ?? new JsonArray(),
        };
    }

    private static IResult Readings(IStore store, string series, long from, long to, int? points)
    {
        using var connection = store.OpenReader();
        var readings = connection.Command("SELECT chunk FROM readings WHERE series = @series AND to_at >= @from AND from_at <= @to ORDER BY to_at")
            .With("series", series).With("from", from).With("to", to)
            .Rows(row => row.GetFieldValue<byte[]>(0)).SelectMany(ReadingSeries.Read)
            .Where(reading => reading.At >= from && reading.At <= to)
            .OrderBy(reading => reading.At).TakeLast(MostReadings).ToList();
        return Results.Json(Downsampling.MinMax(readings, points ?? MostReadings).Select(reading => new
        {
            observedAt = JsonTime.Of(reading.At),
            celsius = reading.Celsius,
            fault = reading.Fault,
            humidity = reading.Humidity,
        }));
    }

    private static IResult Error(string error) => Results.Json(new { error }, statusCode: StatusCodes.Status400BadRequest);
}
