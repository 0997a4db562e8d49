using System.Text.RegularExpressions;

namespace EdgeGateway.Devices.Hwmon;

/// <summary>A thermometer chip that a kernel driver shows under <c>/sys/class/hwmon</c>.</summary>
public sealed partial record HwmonSettings : ProbeSettings
{
    /// <summary>
    /// Chip and channel: <c>lm75/temp1</c>, or the channel's label instead of <c>temp1</c>. Where several chips have
    /// the same name, the bus address tells them apart: <c>lm75@1-0048/temp1</c>.
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
            yield return ("address", "must be chip/channel like lm75/temp1, or chip@bus-address/channel like lm75@1-0048/temp1");
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

    [GeneratedRegex("^[^/@]{1,64}(@[^/]{1,64})?/[^/]{1,64}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AddressPattern();
}
