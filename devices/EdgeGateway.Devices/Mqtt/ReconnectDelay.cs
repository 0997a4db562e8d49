namespace EdgeGateway.Devices.Mqtt;

/// <summary>How long to wait before the next attempt: doubling from 0.2 s to 30 s, each time less up to half at random.</summary>
internal sealed class ReconnectDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A connection of a broker that fails, or of a buffer that takes nothing, ends sooner.</summary>
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(5);

    private TimeSpan next = First;

    /// <param name="connectedFor">How long the last connection lived; a long life starts the row anew.</param>
    public TimeSpan Next(TimeSpan connectedFor)
    {
        var delay = connectedFor >= LongLife ? First : next;
        next = delay * 2 < Longest ? delay * 2 : Longest;
        return delay * (1 - (Random.Shared.NextDouble() / 2));
    }
}
