namespace EdgeGateway.Devices.Gpio;

/// <summary>A buzzer, relay or lamp on a GPIO line. Disposing gives the line back, which most chips leave as it was last.</summary>
public sealed class GpioOutput : IDisposable
{
    private readonly DriverHost host;
    private readonly int line;

    private GpioOutput(DriverHost host, int line)
    {
        this.host = host;
        this.line = line;
    }

    /// <summary>Takes a line, inactive at first.</summary>
    /// <param name="host">Where the chip is.</param>
    /// <param name="chip">Device name such as gpiochip0, or the chip's label.</param>
    /// <param name="line">Number on the chip, from 0.</param>
    /// <param name="activeLow">True when low voltage switches it on.</param>
    /// <exception cref="IOException">No such chip or line, or it is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not use the chip: it must be in the group gpio.</exception>
    public static GpioOutput Open(DriverHost host, string chip, int line, bool activeLow) =>
        new(host, GpioChip.RequestLine(host, chip, line, GpioUapi.Output | (activeLow ? GpioUapi.ActiveLow : 0)));

    /// <summary>Switches it.</summary>
    /// <exception cref="IOException">The chip is gone.</exception>
    public void Set(bool active)
    {
        Span<byte> values = stackalloc byte[GpioUapi.LineValuesSize];
        GpioUapi.WriteValues(values, active);
        host.Kernel.Control(line, GpioUapi.SetValues, values);
    }

    public void Dispose() => host.Kernel.Close(line);
}
