using EdgeGateway.Agent.Configuration;

namespace EdgeGateway.Agent.Uplink;

/// <summary>What every record says of its gateway.</summary>
internal sealed record UplinkIdentity(string Gateway, string Site, string? Asset)
{
    public static UplinkIdentity Of(GatewaySettings settings) => new(settings.Id, settings.Site, settings.Asset);
}
