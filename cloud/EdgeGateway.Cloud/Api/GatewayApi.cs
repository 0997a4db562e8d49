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
        routes.MapGet("/api/gateways", (IStore store) => Results.Json(GatewayState.Read(store).Select(Of)));
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

    private static JsonObject Of(GatewayState gateway)
    {
        var status = gateway.Row is { } row ? JsonNode.Parse(row.Status) : null;
        return new JsonObject
        {
            ["gateway"] = gateway.Gateway,
            ["site"] = gateway.Row?.Site,
            ["asset"] = gateway.Row?.Asset,
            ["store"] = gateway.Row?.Store ?? gateway.Stores.LastOrDefault()?.Store,
            ["highestSeq"] = gateway.HighestSeq,
            ["missing"] = new JsonArray([.. gateway.Stores.SelectMany(store => store.Missing.Select(range => new JsonObject
            {
                ["store"] = store.Store, ["from"] = range.From, ["to"] = range.To,
            }))]),
            ["ledgered"] = new JsonArray([.. gateway.Stores.SelectMany(store => store.Ledger.Select(entry => new JsonObject
            {
                ["store"] = store.Store, ["from"] = entry.FromSeq, ["to"] = entry.ToSeq, ["kind"] = entry.Kind,
                ["family"] = entry.Family, ["count"] = entry.Count, ["reason"] = entry.Reason, ["observedAt"] = JsonTime.Of(entry.ObservedAt),
            }))]),
            ["buffered"] = status?["buffered"]?.DeepClone(),
            ["oldestBufferedAt"] = status?["oldestBufferedAt"]?.DeepClone(),
            ["lastSeq"] = status?["lastSeq"]?.DeepClone(),
            ["lastHeard"] = JsonTime.Of(gateway.Row?.LastHeard),
            ["version"] = status?["version"]?.DeepClone(),
            ["clock"] = status?["clock"]?.DeepClone(),
            ["lost"] = gateway.Row?.LostSince is not null,
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
