namespace EdgeGateway.Contracts;

/// <summary>How the clock that dated an event was set; on the wire in lower case.</summary>
public enum ClockQuality
{
    /// <summary>Nothing has set the clock since boot; the event is dated again once something does.</summary>
    Unsynced,

    /// <summary>A battery-backed clock set it at boot: right to seconds or minutes.</summary>
    Rtc,

    /// <summary>NTP keeps it.</summary>
    Ntp,

    /// <summary>Three consecutive 3D GPS fixes set it.</summary>
    Gps,
}
