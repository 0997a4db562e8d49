namespace EdgeGateway.Cloud.Views;

/// <summary>What a batch changed, for pages that are open.</summary>
/// <param name="Alerts">Ids of alerts.</param>
/// <param name="Stock">Levels, as <c>site/sku</c>.</param>
/// <param name="Gateways">Names of gateways.</param>
/// <param name="IsEverything">True when another instance changed something too, nobody here knows what.</param>
public sealed record Changes(IReadOnlyList<string> Alerts, IReadOnlyList<string> Stock, IReadOnlyList<string> Gateways, bool IsEverything = false)
{
    public bool IsNothing => !IsEverything && Alerts.Count + Stock.Count + Gateways.Count == 0;
}
