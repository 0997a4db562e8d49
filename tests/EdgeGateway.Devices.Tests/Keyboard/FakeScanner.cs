using System.Buffers.Binary;
using System.Collections.Concurrent;
using EdgeGateway.Devices.Keyboard;
using EdgeGateway.Devices.Kernel;

namespace EdgeGateway.Devices.Tests.Keyboard;

/// <summary>Stands in for a kernel with one USB scanner, on machines without: yields <c>struct input_event</c> as 64-bit Linux lays it out.</summary>
internal sealed class FakeScanner : IKernel
{
    private const int Descriptor = 20;
    private const int LeftShift = 42, LeftControl = 29, AltGr = 100, Enter = 28, RightBracket = 27;

    private readonly BlockingCollection<byte[]> events = [];
    private readonly List<byte> pending = [];

    public long MonotonicNanoseconds { get; set; } = 60_000_000_000;

    public bool IsThere { get; set; } = true;

    public bool IsGrabbed { get; private set; }

    public bool GrabbedByAnother { get; set; }

    public string? Opened { get; private set; }

    public int Open(string path)
    {
        Opened = path;
        return IsThere ? Descriptor : throw new FileNotFoundException("open: No such file or directory");
    }

    public void Control(int descriptor, uint request, Span<byte> argument)
    {
        Assert.Equal((Descriptor, 0x400445A0u, 1), (descriptor, request, BinaryPrimitives.ReadInt32LittleEndian(argument)));
    }

    public void Control(int descriptor, uint request, int argument)
    {
        Assert.Equal((Descriptor, 0x40044590u, 1), (descriptor, request, argument));
        IsGrabbed = !GrabbedByAnother ? true : throw new IOException("ioctl: Device or resource busy", 16);
    }

    public int Read(int descriptor, byte[] buffer, CancellationToken stop)
    {
        var next = events.Take(stop);
        if (next.Length == 0)
        {
            throw new IOException("read: No such device", 19);
        }

        next.CopyTo(buffer, 0);
        return next.Length;
    }

    public void Close(int descriptor) => IsGrabbed = false;

    /// <summary>Types a text on a layout and ends it with Enter.</summary>
    public void Scan(string text, KeyMap? map = null)
    {
        Type(text, map);
        Press(Enter);
        Flush();
    }

    public void Type(string text, KeyMap? map = null)
    {
        foreach (var character in text)
        {
            var (code, modifier) = character == '\x1D' ? (RightBracket, LeftControl) : KeyOf(character, map ?? KeyMap.Us);
            if (modifier != 0)
            {
                Key(modifier, 1);
            }

            Press(code);
            if (modifier != 0)
            {
                Key(modifier, 0);
            }
        }

        Flush();
    }

    /// <summary>Plays what evemu-record wrote: time in seconds, type and code in hex, value.</summary>
    public void Play(IEnumerable<string> recording)
    {
        var start = MonotonicNanoseconds;
        foreach (var fields in recording.Where(line => line.StartsWith("E: ", StringComparison.Ordinal)).Select(line => line.Split(' ')))
        {
            MonotonicNanoseconds = start + (long)(double.Parse(fields[1]) * 1e9);
            Event(Convert.ToInt32(fields[2], 16), Convert.ToInt32(fields[3], 16), int.Parse(fields[4]));
        }

        Flush();
    }

    /// <summary>The kernel's own buffer ran over.</summary>
    public void DropKeys()
    {
        Event(0, 3, 0);
        Flush();
    }

    public void PullOut()
    {
        IsThere = false;
        events.Add([]);
    }

    private static (int Code, int Modifier) KeyOf(char character, KeyMap map)
    {
        for (var code = 2; code < 128; code++)
        {
            if (map.Of(code, shift: false, altGr: false) == character)
            {
                return (code, 0);
            }

            if (map.Of(code, shift: true, altGr: false) == character)
            {
                return (code, LeftShift);
            }

            if (map.Of(code, shift: false, altGr: true) == character)
            {
                return (code, AltGr);
            }
        }

        throw new ArgumentException($"no key makes '{character}'", nameof(character));
    }

    private void Press(int code)
    {
        Key(code, 1);
        Key(code, 2);
        Key(code, 0);
    }

    private void Key(int code, int value)
    {
        Event(4, 4, 0x70000 + code);
        Event(1, code, value);
        Event(0, 0, 0);
    }

    private void Event(int type, int code, int value)
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, MonotonicNanoseconds / 1_000_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], MonotonicNanoseconds % 1_000_000_000 / 1000);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[16..], (ushort)type);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[18..], (ushort)code);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], value);
        pending.AddRange(bytes);
    }

    private void Flush()
    {
        foreach (var chunk in pending.Chunk(64 * 24))
        {
            events.Add(chunk);
        }

        pending.Clear();
    }
}
