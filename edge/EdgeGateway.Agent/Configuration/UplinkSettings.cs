using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Configuration;

/// <summary>How to reach Kafka and how to treat the link.</summary>
public sealed record UplinkSettings : KafkaSettings
{
    /// <summary>Most bytes of events a second, for links that are paid by the byte or shared; null for as fast as it goes.</summary>
    public long? CatchUpBytesPerSecond { get; init; }

    /// <summary>Time between two <c>gateway.status</c> records, 1 s to 10 min.</summary>
    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(10);
}
