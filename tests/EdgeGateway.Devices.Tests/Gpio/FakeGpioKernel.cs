using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Devices.Kernel;

namespace EdgeGateway.Devices.Tests.Gpio;

/// <summary>
/// Stands in for a kernel with one GPIO chip, on machines without: takes and gives the structures of
/// linux/gpio.h at the offsets that a C compiler gives them, written down here apart from the driver's.
/// </summary>
internal sealed class FakeGpioKernel : IKernel
{
    private const int ChipDescriptor = 10;
    private const int LineDescriptor = 11;

    private readonly BlockingCollection<byte[]> events = [];
    private uint lineNumber;

    public long MonotonicNanoseconds { get; set; } = 5_000_000_000;

    /// <summary>The last line request as the driver made it.</summary>
    public byte[]? Request { get; private set; }

    public bool LineIsActive { get; set; }

    /// <summary>Name of another program that holds the line; null while it is free.</summary>
    public string? HeldBy { get; set; }

    public bool Removed { get; set; }

    public int OpenDescriptors { get; private set; }

    public List<string> Opened { get; } = [];

    public int Open(string path)
    {
        Opened.Add(Path.GetFileName(path));
        OpenDescriptors++;
        return ChipDescriptor;
    }

    public void Control(int descriptor, uint request, Span<byte> argument)
    {
        if (Removed)
        {
            throw new IOException("ioctl: No such device", 19);
        }

        switch (descriptor, request)
        {
            case (ChipDescriptor, 0x8044B401): // GPIO_GET_CHIPINFO_IOCTL
                Encoding.ASCII.GetBytes("gpiochip0").CopyTo(argument);
                Encoding.ASCII.GetBytes("pinctrl-bcm2711").CopyTo(argument[32..]);
                BinaryPrimitives.WriteUInt32LittleEndian(argument[64..], 58);
                break;
            case (ChipDescriptor, 0xC100B405): // GPIO_V2_GET_LINEINFO_IOCTL
                Encoding.ASCII.GetBytes(HeldBy!).CopyTo(argument[32..]);
                break;
            case (ChipDescriptor, 0xC250B407): // GPIO_V2_GET_LINE_IOCTL
                if (HeldBy is not null)
                {
                    throw new IOException("ioctl: Device or resource busy", 16);
                }

                Request = argument.ToArray();
                BinaryPrimitives.WriteInt32LittleEndian(argument[588..], LineDescriptor);
                OpenDescriptors++;
                break;
            case (LineDescriptor, 0xC010B40E): // GPIO_V2_LINE_GET_VALUES_IOCTL
                Assert.Equal(1UL, BinaryPrimitives.ReadUInt64LittleEndian(argument[8..]));
                BinaryPrimitives.WriteUInt64LittleEndian(argument, LineIsActive ? 1UL : 0);
                break;
            case (LineDescriptor, 0xC010B40F): // GPIO_V2_LINE_SET_VALUES_IOCTL
                Assert.Equal(1UL, BinaryPrimitives.ReadUInt64LittleEndian(argument[8..]));
                LineIsActive = BinaryPrimitives.ReadUInt64LittleEndian(argument) == 1;
                break;
            default:
                throw new IOException($"ioctl: Inappropriate ioctl {request:X} for {descriptor}", 25);
        }
    }

    public void Control(int descriptor, uint request, int argument) => throw new IOException("ioctl: Inappropriate ioctl for device", 25);

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

    public void Close(int descriptor) => OpenDescriptors--;

    /// <summary>Edges that one read yields, each at its monotonic time; <paramref name="lost"/> were dropped before them.</summary>
    public void Edges(uint lost, params (long Nanoseconds, bool Active)[] edges)
    {
        lineNumber += lost;
        var bytes = new byte[edges.Length * 48];
        for (var i = 0; i < edges.Length; i++)
        {
            var edge = bytes.AsSpan(i * 48, 48);
            BinaryPrimitives.WriteInt64LittleEndian(edge, edges[i].Nanoseconds);
            BinaryPrimitives.WriteUInt32LittleEndian(edge[8..], edges[i].Active ? 1u : 2u);
            BinaryPrimitives.WriteUInt32LittleEndian(edge[12..], 17);
            BinaryPrimitives.WriteUInt32LittleEndian(edge[20..], ++lineNumber);
        }

        events.Add(bytes);
    }

    /// <summary>The chip is pulled out while its line is read.</summary>
    public void Remove()
    {
        Removed = true;
        events.Add([]);
    }
}
