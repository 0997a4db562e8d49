using EdgeGateway.Buffer;

namespace EdgeGateway.Agent;

/// <summary>What <see cref="Watchdog"/> judges; a snapshot.</summary>
/// <param name="State">Of the buffer.</param>
/// <param name="Waiting">Events that wait for a commit.</param>
/// <param name="Commits">Commits so far.</param>
/// <param name="Buffered">Events that Kafka does not have.</param>
/// <param name="Acknowledged">Events that left the buffer so far.</param>
/// <param name="IsConnected">True while the forwarder takes Kafka for reachable.</param>
/// <param name="HoldsUnsynced">True while events wait on purpose for the clock.</param>
/// <param name="Turns">Rises while the forwarder does anything.</param>
/// <param name="HeartbeatEvery">It does something at least this often.</param>
public sealed record Vitals(
    BufferState State, int Waiting, long Commits, long Buffered, long Acknowledged, bool IsConnected, bool HoldsUnsynced, long Turns, TimeSpan HeartbeatEvery);
