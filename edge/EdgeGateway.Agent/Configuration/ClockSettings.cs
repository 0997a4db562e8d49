using EdgeGateway.Contracts;

namespace EdgeGateway.Agent.Configuration;

/// <summary>How far the machine's clock is trusted.</summary>
public sealed record ClockSettings
{
    /// <summary>
    /// Quality to state when the kernel cannot tell, for machines whose host keeps the time: virtual machines
    /// and containers. Null: the kernel's word counts, and without one the clock is <c>unsynced</c>.
    /// </summary>
    public ClockQuality? Assume { get; init; }

    /// <summary>How long events of an unset clock wait to be dated again before they are sent as they are, 0 to 1 h.</summary>
    public TimeSpan HoldUnsynced { get; init; } = TimeSpan.FromMinutes(2);
}
