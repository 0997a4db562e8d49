namespace EdgeGateway.Agent.Uplink;

/// <summary>Lets at most so many bytes a second through, with a burst of one second.</summary>
internal sealed class ByteRate(long bytesPerSecond, TimeProvider time)
{
    private double available = bytesPerSecond;
    private long filledAt = time.GetTimestamp();

    /// <summary>Spends bytes and says how long to wait until they are earned.</summary>
    public TimeSpan Spend(long bytes)
    {
        var now = time.GetTimestamp();
        var earned = time.GetElapsedTime(filledAt, now).TotalSeconds * bytesPerSecond;
        available = Math.Min(available + earned, bytesPerSecond) - bytes;
        filledAt = now;
        return available >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-available / bytesPerSecond);
    }
}
