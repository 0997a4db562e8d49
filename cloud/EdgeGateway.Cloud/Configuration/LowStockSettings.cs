namespace EdgeGateway.Cloud.Configuration;

/// <summary>When stock is low.</summary>
public sealed record LowStockSettings
{
    /// <summary>Available units below which an article is low; 0 for never.</summary>
    public long Default { get; init; } = 100;

    /// <summary>The same for single articles.</summary>
    public IReadOnlyDictionary<string, long> BySku { get; init; } = new Dictionary<string, long>();

    /// <summary>Share above the threshold that must be there before an alert is resolved, so that stock at the threshold does not flap.</summary>
    public double Hysteresis { get; init; } = 0.1;

    public long ThresholdOf(string sku) => BySku.Count > 0 && BySku.TryGetValue(sku, out var threshold) ? threshold : Default;

    /// <summary>Available units from which an open alert is resolved.</summary>
    public long EnoughAgain(long threshold) => threshold + (long)Math.Ceiling(threshold * Hysteresis);
}
