using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Globalization;
using System.Threading.Channels;

namespace EdgeGateway.Devices.Gpio;

/// <summary>The same port on System.Device.Gpio and libgpiod.</summary>
/// <remarks>
/// Weaker than the kernel's device in two ways: edges carry the time of their callback, not of the kernel, and
/// contacts are debounced here, by reading the line again when the time is over.
/// </remarks>
internal sealed class GpioLine : IDisposable
{
    private const string ChipPrefix = "gpiochip";
    private const int MaxWaiting = 64;

    private readonly Channel<DateTimeOffset> changes = Channel.CreateBounded<DateTimeOffset>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly DriverHost host;
    private readonly GpioController controller;
    private readonly int line;
    private readonly bool activeLow;
    private TimeSpan debounce;
    private uint edgeCount;

    private GpioLine(DriverHost host, string chip, int line, bool activeLow)
    {
        this.host = host;
        this.line = line;
        this.activeLow = activeLow;
        if (!chip.StartsWith(ChipPrefix, StringComparison.Ordinal)
            || !int.TryParse(chip.AsSpan(ChipPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new IOException($"{chip} is not a chip's device name, like gpiochip0; labels need the system dependency set");
        }

        controller = new GpioController(new LibGpiodDriver(number));
    }

    /// <summary>Takes a line to watch.</summary>
    /// <exception cref="IOException">No such chip or line, or it is in use.</exception>
    public static GpioLine OpenInput(DriverHost host, GpioSettings settings) => Opened(settings.Chip, settings.Line, () =>
    {
        var line = new GpioLine(host, settings.Chip, settings.Line, settings.ActiveLow) { debounce = settings.Debounce };
        line.controller.OpenPin(settings.Line, settings.Bias switch
        {
            GpioBias.PullUp => PinMode.InputPullUp,
            GpioBias.PullDown => PinMode.InputPullDown,
            _ => PinMode.Input,
        });
        line.controller.RegisterCallbackForPinValueChangedEvent(
            settings.Line, PinEventTypes.Rising | PinEventTypes.Falling, (_, _) => line.changes.Writer.TryWrite(host.Time.GetUtcNow()));
        return line;
    });

    /// <summary>Takes a line to switch, inactive at first.</summary>
    /// <inheritdoc cref="OpenInput"/>
    public static GpioLine OpenOutput(DriverHost host, string chip, int line, bool activeLow) => Opened(chip, line, () =>
    {
        var output = new GpioLine(host, chip, line, activeLow);
        output.controller.OpenPin(line, PinMode.Output);
        output.Set(active: false);
        return output;
    });

    public bool IsActive() => (controller.Read(line) == PinValue.High) != activeLow;

    public void Set(bool active) => controller.Write(line, active != activeLow ? PinValue.High : PinValue.Low);

    /// <summary>Waits for an edge of an input and adds it.</summary>
    public async Task ReadEdgesAsync(List<GpioEdge> edges, CancellationToken stop)
    {
        var at = await changes.Reader.ReadAsync(stop);
        await Task.Delay(debounce, host.Time, stop);
        edges.Add(new GpioEdge(at, IsActive(), ++edgeCount));
    }

    public void Dispose() => controller.Dispose();

    // Its drivers throw whatever their library does: for the driver above all of it means that the line cannot be had.
    private static GpioLine Opened(string chip, int line, Func<GpioLine> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            throw new IOException($"line {line} of {chip} cannot be had: {e.Message}", e);
        }
    }
}
