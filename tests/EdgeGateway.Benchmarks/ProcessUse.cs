using System.Globalization;

namespace EdgeGateway.Benchmarks;

/// <summary>What the kernel says that a process has used so far.</summary>
/// <param name="ResidentBytes">Memory now.</param>
/// <param name="PeakResidentBytes">Most memory at any time.</param>
/// <param name="ProcessorTime">User and system time.</param>
/// <param name="WrittenBytes">Bytes sent to the disk; 0 where the kernel does not count them.</param>
internal sealed record ProcessUse(long ResidentBytes, long PeakResidentBytes, TimeSpan ProcessorTime, long WrittenBytes)
{
    private const double TicksPerSecond = 100;

    public static ProcessUse Of(int processId)
    {
        var status = File.ReadAllLines($"/proc/{processId}/status");
        var fields = File.ReadAllText($"/proc/{processId}/stat").Split(") ")[1].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var io = $"/proc/{processId}/io";
        var written = File.Exists(io) ? File.ReadAllLines(io).FirstOrDefault(line => line.StartsWith("write_bytes:", StringComparison.Ordinal)) : null;
        return new ProcessUse(
            KiloBytes(status, "VmRSS:") * 1024,
            KiloBytes(status, "VmHWM:") * 1024,
            TimeSpan.FromSeconds(ticks / TicksPerSecond),
            written is null ? 0 : long.Parse(written.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    private static long KiloBytes(string[] status, string name) =>
        status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
            : 0;
}
