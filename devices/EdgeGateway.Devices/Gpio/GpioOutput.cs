namespace EdgeGateway.Devices.Gpio;

/// <summary>A buzzer, relay or lamp on a GPIO line. Disposing gives the line back, which most chips leave as it was last.</summary>
public sealed class GpioOutput : IDisposable
{
    private readonly GpioLine line;

    private GpioOutput(GpioLine line) => this.line = line;

    /// <summary>Takes a line, inactive at first.</summary>
    /// <param name="host">Where the chip is.</param>
    /// <param name="chip">Device name such as gpiochip0, or the chip's label.</param>
    /// <param name="line">Number on the chip, from 0.</param>
    /// <param name="activeLow">True when low voltage switches it on.</param>
    /// <exception cref="IOException">No such chip or line, or it is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not use the chip: it must be in the group gpio.</exception>
    public static GpioOutput Open(DriverHost host, string chip, int line, bool activeLow) =>
        new(GpioLine.OpenOutput(host, chip, line, activeLow));

    /// <summary>Switches it.</summary>
    /// <exception cref="IOException">The chip is gone.</exception>
    public void Set(bool active) => line.Set(active);

    public void Dispose() => line.Dispose();
}
