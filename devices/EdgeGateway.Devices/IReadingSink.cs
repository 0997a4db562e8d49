namespace EdgeGateway.Devices;

/// <summary>Where drivers hand over what they read: the agent's intake, or a recorder in tests.</summary>
public interface IReadingSink
{
    /// <summary>
    /// Takes a reading. The task completes when its event is synced to disk; only then may the source be told.
    /// It never completes while intake is stopped for lack of space, and fails when the buffer cannot commit:
    /// the source then keeps the message and delivers it again.
    /// </summary>
    Task Accept(Reading reading);

    /// <summary>A payload that is no reading: counted, kept (bounded) with its reason for a person, and done with.</summary>
    void Refuse(string device, string reason, ReadOnlySpan<byte> payload);

    /// <summary>The driver's view of its device; silence is judged by the agent, not by the driver.</summary>
    void Report(string device, DeviceCondition condition, string? detail = null);
}

/// <summary>What a driver can know about its device.</summary>
public enum DeviceCondition
{
    /// <summary>Not yet tried.</summary>
    Unknown,

    /// <summary>Reachable and answering.</summary>
    Ok,

    /// <summary>Reachable but what it says is wrong; the detail says how.</summary>
    Faulty,

    /// <summary>Not there: no such file, no connection. The driver keeps trying with back-off.</summary>
    Unplugged,
}
