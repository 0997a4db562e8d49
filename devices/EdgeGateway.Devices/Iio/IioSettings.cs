using System.Text.RegularExpressions;

namespace EdgeGateway.Devices.Iio;

/// <summary>A sensor that a kernel driver shows under <c>/sys/bus/iio/devices</c>.</summary>
public sealed partial record IioSettings : ProbeSettings
{
    /// <summary>
    /// Sensor and channel: <c>bme280/temp</c>, or <c>mcp9600/temp_ambient</c>. Where several sensors have the same
    /// name, the bus address tells them apart: <c>bme280@1-0076/temp</c>.
    /// </summary>
    public required string Address { get; init; }

    /// <summary>Time between readings, 100 ms to a day.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Factor for a driver that does not show thousandths of a degree; null to be told when that seems so.</summary>
    public double? Scale { get; init; }

    public override IEnumerable<(string Path, string Message)> Check()
    {
        if (!AddressPattern().IsMatch(Address))
        {
            yield return ("address", "must be sensor/channel like bme280/temp, or sensor@bus-address/channel like bme280@1-0076/temp");
        }

        if (PollInterval.Mistake(Every) is { } mistake)
        {
            yield return ("every", mistake);
        }

        if (Scale is { } scale && (!double.IsFinite(scale) || scale == 0))
        {
            yield return ("scale", "must be a number other than 0");
        }
    }

    [GeneratedRegex("^[^/@]{1,64}(@[^/]{1,64})?/temp[a-z0-9_]{0,60}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AddressPattern();
}
