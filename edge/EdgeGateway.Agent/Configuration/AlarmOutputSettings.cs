namespace EdgeGateway.Agent.Configuration;

/// <summary>Signals on the spot whether any alarm is open.</summary>
public sealed record AlarmOutputSettings
{
    /// <summary>MQTT topic that gets a retained <c>ON</c> while an alarm is open and <c>OFF</c> otherwise.</summary>
    public required string Topic { get; init; }
}
