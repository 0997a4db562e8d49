namespace EdgeGateway.Agent.Uplink;

/// <summary>The link to Kafka as the page and the metrics show it; a snapshot.</summary>
/// <param name="State"><c>connected</c>, <c>connecting</c> (not yet reached since the start) or <c>down</c>.</param>
/// <param name="Since">When it became so.</param>
/// <param name="Detail">Why it is not connected and what can be done; null when it is.</param>
/// <param name="LastAckAt">When Kafka last acknowledged an event or a heartbeat.</param>
/// <param name="Acked">Events acknowledged since the agent started.</param>
public sealed record UplinkState(string State, DateTimeOffset Since, string? Detail, DateTimeOffset? LastAckAt, long Acked)
{
    public const string Connected = "connected";
    public const string Connecting = "connecting";
    public const string Down = "down";
}
