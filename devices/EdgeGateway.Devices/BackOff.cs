namespace EdgeGateway.Devices;

/// <summary>Waits that double from one second to a minute, so that a device that is not there costs next to nothing.</summary>
internal sealed class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private TimeSpan next = First;

    /// <summary>How long to wait before the next try.</summary>
    public TimeSpan Next()
    {
        var wait = next;
        next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait;
    }

    /// <summary>Call when the device answered.</summary>
    public void Reset() => next = First;
}
