namespace EdgeGateway.Buffer;

/// <summary>The clock that no one sets: milliseconds since the machine was started.</summary>
internal static class BootClock
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    public static string ReadBootId() => File.ReadAllText(BootIdFile).Trim();

    public static long Milliseconds(TimeProvider time) =>
        (long)((Int128)time.GetTimestamp() * 1000 / time.TimestampFrequency);
}
