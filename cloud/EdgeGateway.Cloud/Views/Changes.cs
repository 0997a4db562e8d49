namespace EdgeGateway.Cloud.Views;

/// <summary>What a batch changed, for pages that are open.</summary>
public sealed record Changes(IReadOnlyList<string> Alerts, IReadOnlyList<string> Stock, IReadOnlyList<string> Gateways);
