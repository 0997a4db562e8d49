using System.Diagnostics.CodeAnalysis;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// What is known of messages that the broker does not know we have, over lost connections. When it delivers one again
/// whose handler is still at work, or done but not yet acknowledged, the handler is not called a second time: a
/// network that flaps while intake is stopped would otherwise pile up the same messages.
/// </summary>
internal sealed class InboundSession(int maxInFlight)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, Task> unacknowledged = [];

    /// <summary>One is taken for each message handed out, whatever its QoS and connection, until its handler is done.</summary>
    public SemaphoreSlim Slots { get; } = new(maxInFlight, maxInFlight);

    public void Started(ushort id, Task handling)
    {
        lock (gate)
        {
            unacknowledged[id] = handling;
        }
    }

    /// <summary>The handling of this identifier, when it did not fail and was not acknowledged.</summary>
    public bool TryFind(ushort id, [NotNullWhen(true)] out Task? handling)
    {
        lock (gate)
        {
            return unacknowledged.TryGetValue(id, out handling) && !handling.IsFaulted && !handling.IsCanceled;
        }
    }

    /// <summary>The broker was told (QoS 1) or said that it knows (QoS 2): the identifier may stand for another message now.</summary>
    public void Forget(ushort id)
    {
        lock (gate)
        {
            unacknowledged.Remove(id);
        }
    }

    /// <summary>The broker has lost the session, and with it all identifiers.</summary>
    public void Clear()
    {
        lock (gate)
        {
            unacknowledged.Clear();
        }
    }
}
