using System.Text;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>One listener to a topic filter.</summary>
internal sealed class Subscription(string filter, Func<MqttMessage, Task> handle, bool isBrief)
{
    public string Filter { get; } = filter;

    public Func<MqttMessage, Task> Handle { get; } = handle;

    /// <summary>Nobody will take its place when it ends.</summary>
    public bool IsBrief { get; } = isBrief;

    /// <summary>
    /// Subscription identifier of MQTT 5. Where filters overlap the broker sends a copy for each, and this says which
    /// copy is whose. Derived from the filter (FNV-1a), because copies queued before a restart still carry it after.
    /// </summary>
    public int Identifier { get; } = IdentifierOf(filter);

    public static int IdentifierOf(string filter)
    {
        const int Largest = 268_435_455;
        var hash = 2166136261u;
        foreach (var value in Encoding.UTF8.GetBytes(filter))
        {
            hash = (hash ^ value) * 16777619u;
        }

        return (int)(hash % Largest) + 1;
    }
}
