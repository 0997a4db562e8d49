using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Commands;

/// <summary>How a topic is made: what its records are worth decides how long they stay.</summary>
public sealed record TopicPlan(string Name, TimeSpan? Retention, bool IsCompacted = false)
{
    private static readonly TimeSpan Measurements = TimeSpan.FromDays(30);
    private static readonly TimeSpan Facts = TimeSpan.FromDays(400);
    private static readonly TimeSpan Heartbeats = TimeSpan.FromDays(7);

    /// <summary>Every topic; measurements can be rebuilt for a month, evidence and business facts for more than a year.</summary>
    public static readonly IReadOnlyList<TopicPlan> All =
    [
        new(Topics.Temperature, Facts),
        new(Topics.Position, Measurements),
        new(Topics.Tags, Facts),
        new(Topics.Inputs, Facts),
        new(Topics.Status, Heartbeats),
        new(Topics.Ledger, Facts),
        new(Topics.Movements, Facts),
        new(Topics.Levels, null, IsCompacted: true),
        new(Topics.Alerts, null, IsCompacted: true),
        new(Topics.DeadLetter, Measurements),
    ];

    /// <summary>The topic's settings, as Kafka names them.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["cleanup.policy"] = IsCompacted ? "compact" : "delete",
        ["retention.ms"] = Retention is { } retention ? ((long)retention.TotalMilliseconds).ToString() : "-1",
    };
}
