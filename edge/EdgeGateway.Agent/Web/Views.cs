using EdgeGateway.Agent.Intake;
using EdgeGateway.Agent.Uplink;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;

namespace EdgeGateway.Agent.Web;

/// <summary><c>GET /api/status</c>: the gateway at a glance.</summary>
internal sealed record StatusView(
    string Gateway, string Site, string? Asset, string Version, DateTimeOffset StartedAt, DateTimeOffset Now, ClockQuality Clock,
    UplinkState Uplink, BrokerView? Mqtt, BufferView Buffer, IReadOnlyList<DeviceStatus> Devices, IReadOnlyList<EdgeAlarm> Alarms, string? Stuck)
{
    public static StatusView Of(EdgeAgent agent, Watchdog watchdog)
    {
        var settings = agent.Configuration.Gateway;
        return new StatusView(
            settings.Id, settings.Site, settings.Asset, AgentVersion.Text, agent.StartedAt, agent.Clock.Now, agent.Clock.Quality,
            agent.Forwarder.State, BrokerView.Of(agent), BufferView.Of(agent),
            [.. agent.Supervisor.Devices.Select(device => device.Status())], agent.Supervisor.Alarms(), watchdog.Stuck);
    }
}

/// <summary>The MQTT connection; null where the configuration names no broker.</summary>
internal sealed record BrokerView(string State, string? Detail)
{
    public static BrokerView? Of(EdgeAgent agent) =>
        agent.Configuration.Mqtt is null ? null
        : agent.BrokerTrouble is { } trouble ? new BrokerView("down", trouble)
        : new BrokerView("connected", null);
}

/// <summary><c>GET /api/buffer</c>.</summary>
internal sealed record BufferView(
    long Buffered, long Bytes, long MaxBytes, DateTimeOffset? OldestBufferedAt, double? OldestAgeSeconds, long LastSeq, string Store,
    string State, string? Reason, long Rejected, double PerSecondIn, double PerSecondOut)
{
    public static BufferView Of(EdgeAgent agent)
    {
        var stats = agent.Buffer.Stats;
        var (perSecondIn, perSecondOut) = agent.Rates.PerSecond();
        return new BufferView(
            stats.Buffered, stats.Bytes, stats.MaxBytes, stats.OldestBufferedAt,
            stats.OldestAge is { } age ? Math.Round(age.TotalSeconds, 1) : null, stats.LastSeq, stats.Store,
            NameOf(stats.State), stats.Reason, stats.Rejected, perSecondIn, perSecondOut);
    }

    public static string NameOf(BufferState state) => state switch
    {
        BufferState.Ok => "ok",
        BufferState.Shedding => "shedding",
        BufferState.Full => "full",
        _ => "failing",
    };
}
