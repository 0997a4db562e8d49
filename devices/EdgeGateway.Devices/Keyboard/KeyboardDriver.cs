using System.Buffers.Binary;
using System.Text;
using EdgeGateway.Devices.Kernel;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Keyboard;

/// <summary>
/// Reads a scanner through the kernel's input events. It is grabbed, so that what is scanned is not typed into a
/// console of the gateway as well.
/// </summary>
internal sealed class KeyboardDriver(KeyboardSettings settings, DriverHost host) : IDriver
{
    private const uint Grab = 0x40044590;
    private const uint SetClock = 0x400445A0;
    private const int MonotonicClock = 1;
    private const int Busy = 16;

    private const int SynchronisationEvent = 0;
    private const int KeyEvent = 1;
    private const int EventsDropped = 3;
    private const int Released = 0;
    private const int Pressed = 1;
    private const int EventsAtOnce = 64;

    // struct input_event: a time of two machine words, type, code, value.
    private static readonly int TimeSize = 2 * IntPtr.Size;
    private static readonly int EventSize = TimeSize + 8;

    private readonly ILogger log = host.Logs.CreateLogger<KeyboardDriver>();
    private readonly ScanAssembler scan = new(settings.Layout == KeyboardLayout.De ? KeyMap.De : KeyMap.Us);
    private readonly string path = Path.Combine(
        host.Root, "dev/input", settings.Address.Contains('/', StringComparison.Ordinal) ? "" : "by-id", settings.Address);

    public async Task RunAsync(IReadingSink sink, CancellationToken stop)
    {
        var backOff = new BackOff();
        while (true)
        {
            string cause;
            try
            {
                await ListenAsync(backOff, sink, stop);
                cause = "the scanner was pulled out";
            }
            catch (Exception e) when (KernelFile.IsGone(e))
            {
                cause = "the scanner is not plugged in; there now: " + Present();
            }
            catch (UnauthorizedAccessException e)
            {
                cause = e.Message + "; add the gateway's user to the group input";
            }
            catch (IOException e)
            {
                cause = e.HResult == Busy ? "another program has grabbed the scanner; stop it" : e.Message;
            }

            var wait = backOff.Next();
            sink.Report(settings.Id, DeviceCondition.Unplugged, cause);
            log.LogWarning("{Device}: {Cause}; will be tried again in {Seconds} s", settings.Id, cause, wait.TotalSeconds);
            await Task.Delay(wait, host.Time, stop);
        }
    }

    private async Task ListenAsync(BackOff backOff, IReadingSink sink, CancellationToken stop)
    {
        var kernel = host.Kernel;
        var descriptor = kernel.Open(path);
        try
        {
            kernel.Control(descriptor, Grab, 1);
            var clock = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(clock, MonotonicClock);
            kernel.Control(descriptor, SetClock, clock);
            backOff.Reset();
            scan.Reset();
            sink.Report(settings.Id, DeviceCondition.Ok);

            var events = new byte[EventsAtOnce * EventSize];
            int length;
            while ((length = await kernel.ReadAsync(descriptor, events, stop)) >= EventSize)
            {
                for (var at = 0; at + EventSize <= length; at += EventSize)
                {
                    await TakeAsync(events.AsMemory(at, EventSize), sink, stop);
                }
            }
        }
        finally
        {
            kernel.Close(descriptor);
        }
    }

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> input, IReadingSink sink, CancellationToken stop)
    {
        var (type, code, value, nanoseconds) = Decode(input.Span);
        if (type == SynchronisationEvent && code == EventsDropped)
        {
            Refuse(sink, "keys were lost: the scanner typed faster than the gateway took them; scan again");
            scan.Reset();
        }

        // Repeats mean a key that is held down, which no scanner does.
        if (type != KeyEvent || value is not (Released or Pressed))
        {
            return;
        }

        var step = scan.Take(code, value == Pressed, nanoseconds);
        if (step == ScanStep.BrokenOff)
        {
            Refuse(sink, "it was not ended by Enter: set the scanner to send Enter after each code");
            step = scan.Take(code, pressed: true, nanoseconds);
        }

        if (step == ScanStep.TooLong)
        {
            Refuse(sink, $"longer than {ScanAssembler.Longest} characters");
        }
        else if (step == ScanStep.Complete)
        {
            await CompleteAsync(nanoseconds, sink, stop);
        }
    }

    private async ValueTask CompleteAsync(long nanoseconds, IReadingSink sink, CancellationToken stop)
    {
        string hex;
        try
        {
            hex = ScannedCode.ToHex(scan.Text);
        }
        catch (FormatException e)
        {
            Refuse(sink, e.Message);
            return;
        }

        scan.Clear();
        var at = host.Time.GetUtcNow() - TimeSpan.FromTicks((host.Kernel.MonotonicNanoseconds - nanoseconds) / 100);
        await sink.AcceptOrRetry(new TagReading(settings.Id, at, hex), host.Time, log, stop);
    }

    private void Refuse(IReadingSink sink, string reason)
    {
        sink.Refuse(settings.Id, reason, Encoding.UTF8.GetBytes(scan.Text));
        scan.Clear();
    }

    private string Present()
    {
        var names = KernelFile.Files(Path.Combine(host.Root, "dev/input/by-id"), "*event-kbd").Select(file => Path.GetFileName(file)).Take(8).ToList();
        return names.Count == 0 ? "no keyboard" : string.Join(", ", names);
    }

    private static (int Type, int Code, int Value, long Nanoseconds) Decode(ReadOnlySpan<byte> input)
    {
        var seconds = IntPtr.Size == 8 ? BinaryPrimitives.ReadInt64LittleEndian(input) : BinaryPrimitives.ReadInt32LittleEndian(input);
        var microseconds = IntPtr.Size == 8 ? BinaryPrimitives.ReadInt64LittleEndian(input[8..]) : BinaryPrimitives.ReadInt32LittleEndian(input[4..]);
        var rest = input[TimeSize..];
        return (BinaryPrimitives.ReadUInt16LittleEndian(rest), BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]),
            BinaryPrimitives.ReadInt32LittleEndian(rest[4..]), (seconds * 1_000_000_000) + (microseconds * 1000));
    }
}
