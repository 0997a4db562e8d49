using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Gpio;

/// <summary>A contact on a line of a GPIO chip.</summary>
public sealed record GpioSettings : DeviceSettings
{
    /// <summary>Device name such as <c>gpiochip0</c>, or the chip's label such as <c>pinctrl-bcm2711</c>, which does not change.</summary>
    public required string Chip { get; init; }

    /// <summary>Number of the line on its chip, from 0.</summary>
    public required int Line { get; init; }

    /// <summary>What an active line means, for example <c>door</c>: open.</summary>
    public required string Kind { get; init; }

    /// <summary>True when the line is active while its voltage is low, as with a contact to ground.</summary>
    public bool ActiveLow { get; init; }

    /// <summary>Resistor that the chip puts on the line.</summary>
    public GpioBias Bias { get; init; } = GpioBias.AsIs;

    /// <summary>How long the line must hold still before a change counts, 0 to 10 s.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromMilliseconds(20);

    public override EventFamily Family => EventFamily.Inputs;

    public override string InputKind => Kind;

    public override IEnumerable<(string Path, string Message)> Check()
    {
        if (Chip.Length is 0 or > 64 || Chip.Contains('/', StringComparison.Ordinal))
        {
            yield return ("chip", "must be a chip's name or label, like gpiochip0");
        }

        if (Line is < 0 or > 4095)
        {
            yield return ("line", "must be between 0 and 4095");
        }

        if (Kind.Length is 0 or > 64)
        {
            yield return ("kind", "must say what the contact stands for, like door");
        }

        if (Debounce < TimeSpan.Zero || Debounce > TimeSpan.FromSeconds(10))
        {
            yield return ("debounce", "must be between 0ms and 10s");
        }
    }
}

/// <summary>Resistor on a line.</summary>
public enum GpioBias
{
    /// <summary>As the device tree or the boot loader left it.</summary>
    AsIs,
    PullUp,
    PullDown,
    Disabled,
}
