using System.Buffers.Binary;
using System.Text;

namespace EdgeGateway.Devices.Gpio;

/// <summary>Requests, flags and structures of the kernel's GPIO character device, version 2 (<c>linux/gpio.h</c>).</summary>
internal static class GpioUapi
{
    public const uint GetChipInfo = 0x8044B401;
    public const uint GetLineInfo = 0xC100B405;
    public const uint GetLine = 0xC250B407;
    public const uint GetValues = 0xC010B40E;
    public const uint SetValues = 0xC010B40F;

    public const int ChipInfoSize = 68;
    public const int LineInfoSize = 256;
    public const int LineRequestSize = 592;
    public const int LineValuesSize = 16;
    public const int LineEventSize = 48;

    public const ulong ActiveLow = 1 << 1;
    public const ulong Input = 1 << 2;
    public const ulong Output = 1 << 3;
    public const ulong EdgeRising = 1 << 4;
    public const ulong EdgeFalling = 1 << 5;
    public const ulong BiasPullUp = 1 << 8;
    public const ulong BiasPullDown = 1 << 9;
    public const ulong BiasDisabled = 1 << 10;

    private const uint DebounceAttribute = 3;
    private const uint RisingEdge = 1;

    private const int NameLength = 32;
    private const int ConsumerAt = 256;
    private const int FlagsAt = 288;
    private const int AttributeCountAt = 296;
    private const int AttributesAt = 320;
    private const int LineCountAt = 560;
    private const int DescriptorAt = 588;

    /// <summary>A <c>gpio_v2_line_request</c> for one line.</summary>
    /// <param name="request">Filled; <see cref="LineRequestSize"/> bytes.</param>
    /// <param name="line">Offset on the chip.</param>
    /// <param name="flags">Direction, edges, bias.</param>
    /// <param name="debounce">For an input; zero for none.</param>
    public static void WriteLineRequest(Span<byte> request, int line, ulong flags, TimeSpan debounce)
    {
        request.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(request, (uint)line);
        "edge-gateway"u8.CopyTo(request[ConsumerAt..]);
        BinaryPrimitives.WriteUInt64LittleEndian(request[FlagsAt..], flags);
        if (debounce > TimeSpan.Zero)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(request[AttributeCountAt..], 1);
            var attribute = request[AttributesAt..];
            BinaryPrimitives.WriteUInt32LittleEndian(attribute, DebounceAttribute);
            BinaryPrimitives.WriteUInt32LittleEndian(attribute[8..], (uint)debounce.TotalMicroseconds);
            BinaryPrimitives.WriteUInt64LittleEndian(attribute[16..], 1);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(request[LineCountAt..], 1);
    }

    /// <summary>Descriptor that the kernel put into a line request.</summary>
    public static int ReadDescriptor(ReadOnlySpan<byte> request) => BinaryPrimitives.ReadInt32LittleEndian(request[DescriptorAt..]);

    /// <summary>Name, label and number of lines of a <c>gpiochip_info</c>.</summary>
    public static (string Name, string Label, int Lines) ReadChipInfo(ReadOnlySpan<byte> info) =>
        (Text(info[..NameLength]), Text(info.Slice(NameLength, NameLength)), BinaryPrimitives.ReadInt32LittleEndian(info[(2 * NameLength)..]));

    /// <summary>A <c>gpio_v2_line_info</c> that asks for a line.</summary>
    public static void WriteLineInfo(Span<byte> info, int line)
    {
        info.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(info[64..], (uint)line);
    }

    /// <summary>Who uses a line.</summary>
    public static string ReadConsumer(ReadOnlySpan<byte> info) => Text(info.Slice(NameLength, NameLength));

    /// <summary>A <c>gpio_v2_line_values</c> of the one line that was requested.</summary>
    public static void WriteValues(Span<byte> values, bool active)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(values, active ? 1UL : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(values[8..], 1);
    }

    /// <summary>Whether that line is active.</summary>
    public static bool ReadValue(ReadOnlySpan<byte> values) => (BinaryPrimitives.ReadUInt64LittleEndian(values) & 1) != 0;

    /// <summary>A <c>gpio_v2_line_event</c>. A rising edge means that the line became active, also on an active-low line.</summary>
    public static (long MonotonicNanoseconds, bool Active, uint Number) ReadEvent(ReadOnlySpan<byte> edge) =>
        (BinaryPrimitives.ReadInt64LittleEndian(edge),
         BinaryPrimitives.ReadUInt32LittleEndian(edge[8..]) == RisingEdge,
         BinaryPrimitives.ReadUInt32LittleEndian(edge[20..]));

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }
}
