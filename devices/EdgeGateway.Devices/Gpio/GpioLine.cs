using EdgeGateway.Devices.Kernel;

namespace EdgeGateway.Devices.Gpio;

/// <summary>One line of a chip, by ioctl on the kernel's character device. The nuget set has another class of this name.</summary>
internal sealed class GpioLine : IDisposable
{
    private const int EventsAtOnce = 16;

    private readonly byte[] events = new byte[EventsAtOnce * GpioUapi.LineEventSize];
    private readonly DriverHost host;
    private readonly int descriptor;

    private GpioLine(DriverHost host, int descriptor)
    {
        this.host = host;
        this.descriptor = descriptor;
    }

    /// <summary>Takes a line to watch.</summary>
    /// <exception cref="IOException">No such chip or line, or it is in use; the message says which and by whom.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not use the chip.</exception>
    public static GpioLine OpenInput(DriverHost host, GpioSettings settings) =>
        new(host, GpioChip.RequestLine(host, settings.Chip, settings.Line, InputFlags(settings), settings.Debounce));

    /// <summary>Takes a line to switch, inactive at first.</summary>
    /// <inheritdoc cref="OpenInput"/>
    public static GpioLine OpenOutput(DriverHost host, string chip, int line, bool activeLow) =>
        new(host, GpioChip.RequestLine(host, chip, line, GpioUapi.Output | (activeLow ? GpioUapi.ActiveLow : 0)));

    public bool IsActive()
    {
        Span<byte> values = stackalloc byte[GpioUapi.LineValuesSize];
        GpioUapi.WriteValues(values, active: false);
        host.Kernel.Control(descriptor, GpioUapi.GetValues, values);
        return GpioUapi.ReadValue(values);
    }

    public void Set(bool active)
    {
        Span<byte> values = stackalloc byte[GpioUapi.LineValuesSize];
        GpioUapi.WriteValues(values, active);
        host.Kernel.Control(descriptor, GpioUapi.SetValues, values);
    }

    /// <summary>Waits for edges of an input and adds them in order.</summary>
    /// <exception cref="IOException">The chip is gone.</exception>
    public async Task ReadEdgesAsync(List<GpioEdge> edges, CancellationToken stop)
    {
        var length = await host.Kernel.ReadAsync(descriptor, events, stop);
        if (length < GpioUapi.LineEventSize)
        {
            throw new IOException("the chip was removed");
        }

        for (var at = 0; at + GpioUapi.LineEventSize <= length; at += GpioUapi.LineEventSize)
        {
            var edge = GpioUapi.ReadEvent(events.AsSpan(at));
            var age = TimeSpan.FromTicks((host.Kernel.MonotonicNanoseconds - edge.MonotonicNanoseconds) / 100);
            edges.Add(new GpioEdge(host.Time.GetUtcNow() - age, edge.Active, edge.Number));
        }
    }

    public void Dispose() => host.Kernel.Close(descriptor);

    private static ulong InputFlags(GpioSettings settings) =>
        GpioUapi.Input | GpioUapi.EdgeRising | GpioUapi.EdgeFalling
        | (settings.ActiveLow ? GpioUapi.ActiveLow : 0)
        | settings.Bias switch
        {
            GpioBias.PullUp => GpioUapi.BiasPullUp,
            GpioBias.PullDown => GpioUapi.BiasPullDown,
            GpioBias.Disabled => GpioUapi.BiasDisabled,
            _ => 0,
        };
}
