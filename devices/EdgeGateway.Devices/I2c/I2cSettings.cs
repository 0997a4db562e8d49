using System.Globalization;

namespace EdgeGateway.Devices.I2c;

/// <summary>A thermometer chip on I²C that is spoken to directly, because the kernel has no driver for it.</summary>
public sealed record I2cSettings : ProbeSettings
{
    /// <summary>Which chip it is.</summary>
    public required I2cChip Chip { get; init; }

    /// <summary>Number of the bus, 0 to 255: 1 stands for <c>/dev/i2c-1</c>.</summary>
    public int Bus { get; init; } = 1;

    /// <summary>Address on the bus in hex, such as <c>0x67</c>; null for the one that the chip has unless its pins say otherwise.</summary>
    public string? Address { get; init; }

    /// <summary>Time between readings, 100 ms to a day.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The address as a number; null when it is none that a device can have.</summary>
    internal int? DeviceAddress =>
        Address is null ? Chip == I2cChip.Aht20 ? 0x38 : 0x67
        : Address.StartsWith("0x", StringComparison.Ordinal)
            && int.TryParse(Address.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && number is >= 0x08 and <= 0x77
            ? number
            : null;

    public override IEnumerable<(string Path, string Message)> Check()
    {
        if (Bus is < 0 or > 255)
        {
            yield return ("bus", "must be between 0 and 255");
        }

        if (DeviceAddress is not { } address)
        {
            yield return ("address", "must be between 0x08 and 0x77");
        }
        else if (Chip == I2cChip.Aht20 ? address != 0x38 : address is < 0x60 or > 0x67)
        {
            yield return ("address", Chip == I2cChip.Aht20 ? "of an AHT20 is 0x38" : "of an MCP9600 is between 0x60 and 0x67");
        }

        if (PollInterval.Mistake(Every) is { } mistake)
        {
            yield return ("every", mistake);
        }
    }
}

/// <summary>Chips that are known; in the configuration in lower case.</summary>
public enum I2cChip
{
    /// <summary>AHT20, temperature and humidity, −40 to 85 °C.</summary>
    Aht20,

    /// <summary>MCP9600 or MCP9601 with a thermocouple of type K.</summary>
    Mcp9600,
}
