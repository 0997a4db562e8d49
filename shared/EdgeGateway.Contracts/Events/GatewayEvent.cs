using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>
/// A numbered event of one gateway. At the edge the first four values are still empty: the buffer gives
/// store and seq when it commits, and the forwarder writes gateway and site when it sends.
/// </summary>
public abstract record GatewayEvent
{
    private protected GatewayEvent()
    {
    }

    [SetsRequiredMembers]
    private protected GatewayEvent(in EventHead head)
    {
        Gateway = head.Gateway;
        Store = head.Store;
        Seq = head.Seq;
        Site = head.Site;
        Asset = head.Asset;
        Device = head.Device;
        ObservedAt = head.ObservedAt;
        Clock = head.Clock;
    }

    public string Gateway { get; init; } = "";

    /// <summary>Minted when a buffer file is made; with gateway and seq it names the event for ever.</summary>
    public string Store { get; init; } = "";

    /// <summary>From 1 in commit order, without gaps; 0 before the commit.</summary>
    public long Seq { get; init; }

    public string Site { get; init; } = "";

    /// <summary>Truck or container the gateway rides in; null in a building.</summary>
    public string? Asset { get; init; }

    public required string Device { get; init; }

    /// <summary>UTC, to the millisecond.</summary>
    public required DateTimeOffset ObservedAt { get; init; }

    public ClockQuality Clock { get; init; }

    public abstract EventFamily Family { get; }

    /// <summary>Kafka key: what must stay in order.</summary>
    public virtual string Key => Gateway + "/" + Device;

    /// <summary>Writes the family's own fields into an object that is already open.</summary>
    public abstract void WriteFields(Utf8JsonWriter json);
}
