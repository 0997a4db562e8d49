using System.Runtime.InteropServices;
using EdgeGateway.Contracts;

namespace EdgeGateway.Agent.Clock;

/// <summary>What the kernel and systemd-timesyncd know about how the machine's clock was set.</summary>
public sealed partial class KernelClock
{
    private const string SynchronizedFile = "run/systemd/timesync/synchronized";
    private const string RtcSetTheClockFile = "sys/class/rtc/rtc0/hctosys";
    private const int StatusUnsynchronized = 0x40;

    // struct timex of 64-bit Linux: status stands after modes, offset, freq, maxerror and esterror.
    private const int TimexBytes = 208;
    private const int StatusOffset = 40;

    private readonly string root;
    private readonly Func<bool> isDisciplined;

    /// <param name="root">Root of <c>sys/</c> and <c>run/</c>: <c>/</c>, or a tree made by a test.</param>
    /// <param name="isDisciplined">Whether a time service keeps the kernel's clock; null to ask the kernel.</param>
    public KernelClock(string root = "/", Func<bool>? isDisciplined = null)
    {
        this.root = root;
        this.isDisciplined = isDisciplined ?? AskKernel;
    }

    /// <summary>The best that is known now; <see cref="ClockQuality.Unsynced"/> when nothing set the clock.</summary>
    public ClockQuality Read()
    {
        if (File.Exists(Path.Combine(root, SynchronizedFile)) || isDisciplined())
        {
            return ClockQuality.Ntp;
        }

        var rtc = Path.Combine(root, RtcSetTheClockFile);
        return File.Exists(rtc) && File.ReadAllText(rtc).StartsWith('1') ? ClockQuality.Rtc : ClockQuality.Unsynced;
    }

    /// <summary>An NTP daemon of any kind keeps the kernel's clock; asking needs no privilege.</summary>
    private static bool AskKernel()
    {
        if (IntPtr.Size != 8)
        {
            return false;
        }

        Span<byte> timex = stackalloc byte[TimexBytes];
        timex.Clear();
        return AdjustTime(ref MemoryMarshal.GetReference(timex)) >= 0
            && (MemoryMarshal.Read<int>(timex[StatusOffset..]) & StatusUnsynchronized) == 0;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int AdjustTime(ref byte timex);
}
