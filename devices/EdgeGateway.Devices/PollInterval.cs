namespace EdgeGateway.Devices;

/// <summary>Bounds of the setting <c>every</c>.</summary>
internal static class PollInterval
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>What is wrong with an interval, or null.</summary>
    public static string? Mistake(TimeSpan every) =>
        every < Shortest || every > Longest ? "must be between 100ms and 24h" : null;
}
