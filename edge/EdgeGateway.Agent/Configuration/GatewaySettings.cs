namespace EdgeGateway.Agent.Configuration;

/// <summary>Who and where this gateway is.</summary>
public sealed record GatewaySettings
{
    /// <summary>Unique among all gateways: letters, digits, dot, dash, underscore; at most 64.</summary>
    public required string Id { get; init; }

    /// <summary>Site the gateway belongs to; same form as <see cref="Id"/>.</summary>
    public required string Site { get; init; }

    /// <summary>Truck or container it rides in; null in a building.</summary>
    public string? Asset { get; init; }
}
