namespace EdgeGateway.Simulator.Scenario;

/// <summary>Names of the two gateways and their site; with a shared Kafka each run has names of its own.</summary>
public sealed record Site(string Name, string Store, string Truck)
{
    public const string ColdRoom = "cold-room-1";
    public const string Freezer = "freezer-2";
    public const string Produce = "cold-room-3";
    public const string Receiving = "portal-1";
    public const string Shipping = "portal-2";
    public const string ReeferAir = "reefer-air";
    public const string ReeferReturn = "reefer-return";

    /// <summary>Address of <see cref="ReeferReturn"/> on the truck's 1-wire bus.</summary>
    public const string ReeferReturnAddress = "28-00000a1b2c3d";
}
