namespace EdgeGateway.Contracts;

/// <summary>How <see cref="ClockQuality"/> is spelled on the wire.</summary>
public static class ClockNames
{
    public static ReadOnlySpan<byte> Utf8(ClockQuality clock) => clock switch
    {
        ClockQuality.Gps => "gps"u8,
        ClockQuality.Ntp => "ntp"u8,
        ClockQuality.Rtc => "rtc"u8,
        _ => "unsynced"u8,
    };

    public static string Text(ClockQuality clock) => clock switch
    {
        ClockQuality.Gps => "gps",
        ClockQuality.Ntp => "ntp",
        ClockQuality.Rtc => "rtc",
        _ => "unsynced",
    };

    /// <exception cref="FormatException">Not one of the four.</exception>
    public static ClockQuality Parse(string text) => text switch
    {
        "gps" => ClockQuality.Gps,
        "ntp" => ClockQuality.Ntp,
        "rtc" => ClockQuality.Rtc,
        "unsynced" => ClockQuality.Unsynced,
        _ => throw new FormatException($"clock is '{text}', not one of gps, ntp, rtc, unsynced"),
    };
}
