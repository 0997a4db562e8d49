using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeGateway.Devices.Kernel;

/// <summary>The running kernel.</summary>
internal sealed partial class LinuxKernel : IKernel
{
    public static readonly LinuxKernel Instance = new();

    private const int ReadWrite = 0x2;
    private const int CloseOnExec = 0x80000;
    private const int ReadOnly = 0;
    private const short PollIn = 0x1;
    private const int PollMilliseconds = 1000;
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int PermissionDenied = 13;
    private const int NotPermitted = 1;
    private const int NoSuchFile = 2;

    public long MonotonicNanoseconds => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    public int Open(string path)
    {
        var descriptor = open(path, ReadWrite | CloseOnExec);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() is PermissionDenied or NotPermitted)
        {
            // A keyboard may be readable only.
            descriptor = open(path, ReadOnly | CloseOnExec);
        }

        return descriptor >= 0 ? descriptor : throw Error("open " + path, path);
    }

    public void Control(int descriptor, uint request, Span<byte> argument)
    {
        if (ioctl(descriptor, request, ref MemoryMarshal.GetReference(argument)) < 0)
        {
            throw Error("ioctl");
        }
    }

    public void Control(int descriptor, uint request, int argument)
    {
        if (ioctl_value(descriptor, request, argument) < 0)
        {
            throw Error("ioctl");
        }
    }

    public int Read(int descriptor, byte[] buffer, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var waiting = new PollDescriptor { Descriptor = descriptor, Events = PollIn };
            var ready = poll(ref waiting, 1, PollMilliseconds);
            if (ready == 0 || (ready < 0 && Marshal.GetLastPInvokeError() == Interrupted))
            {
                continue;
            }

            var length = ready < 0 ? -1 : read(descriptor, buffer, buffer.Length);
            if (length >= 0)
            {
                return (int)length;
            }

            if (Marshal.GetLastPInvokeError() is not (Interrupted or TryAgain))
            {
                throw Error("read");
            }
        }
    }

    public void Close(int descriptor) => _ = close(descriptor);

    private static Exception Error(string operation, string? path = null)
    {
        var number = Marshal.GetLastPInvokeError();
        var message = $"{operation}: {Marshal.GetPInvokeErrorMessage(number)}";
        return number switch
        {
            PermissionDenied or NotPermitted => new UnauthorizedAccessException(message),
            NoSuchFile => new FileNotFoundException(message, path),
            _ => new IOException(message, number),
        };
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, ref byte argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ioctl_value(int descriptor, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, [Out] byte[] buffer, nint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short ReturnedEvents;
    }
}
