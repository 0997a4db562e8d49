namespace EdgeGateway.Contracts;

/// <summary>Milliseconds since 1970: how the rules count event time.</summary>
internal static class Unix
{
    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static long Ms(TimeSpan time) => (long)time.TotalMilliseconds;
}
