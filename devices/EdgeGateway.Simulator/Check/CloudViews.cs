using System.Text.Json.Nodes;

namespace EdgeGateway.Simulator.Check;

/// <summary>What the cloud's API answers, as far as the check compares it.</summary>
/// <param name="Alerts">As <c>GET /api/alerts</c>.</param>
/// <param name="Stock">As <c>GET /api/stock</c>.</param>
/// <param name="Gateways">As <c>GET /api/gateways</c>.</param>
/// <param name="Readings">As <c>GET /api/devices/{gateway}/{device}/readings</c>, by <c>gateway/device</c>.</param>
public sealed record CloudViews(
    IReadOnlyList<AlertView> Alerts,
    IReadOnlyList<StockView> Stock,
    IReadOnlyList<GatewayView> Gateways,
    IReadOnlyDictionary<string, IReadOnlyList<ReadingView>> Readings);

/// <summary>An alert as the API shows it.</summary>
public sealed record AlertView(
    string Id, string Kind, string State, string? Gateway, string? Device, string? Site, string? Sku,
    DateTimeOffset OpenedAt, DateTimeOffset? ResolvedAt, double? PeakCelsius);

/// <summary>A row of stock as the API shows it.</summary>
public sealed record StockView(string Site, string Sku, long OnHand, long Reserved, long Available);

/// <summary>A gateway's completeness as the API shows it.</summary>
public sealed record GatewayView(string Gateway, string? Store, long HighestSeq, JsonArray Missing, JsonArray Ledgered);

/// <summary>A reading as the API shows it.</summary>
public sealed record ReadingView(DateTimeOffset ObservedAt, double? Celsius);
