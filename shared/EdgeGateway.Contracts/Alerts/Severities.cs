namespace EdgeGateway.Contracts;

/// <summary>How urgent an alert is.</summary>
public static class Severities
{
    /// <summary>Goods are, or may be, harmed or lost: excursions, lost data, a lost gateway.</summary>
    public const string Critical = "critical";

    /// <summary>Somebody should look in working hours: silence, faults, low stock.</summary>
    public const string Warning = "warning";
}
