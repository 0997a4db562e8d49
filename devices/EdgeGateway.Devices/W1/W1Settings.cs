using System.Text.RegularExpressions;

namespace EdgeGateway.Devices.W1;

/// <summary>A 1-wire thermometer that the kernel's <c>w1_therm</c> driver reads.</summary>
public sealed partial record W1Settings : ProbeSettings
{
    /// <summary>Family and serial number as under <c>/sys/bus/w1/devices</c>, for example <c>28-00000a1b2c3d</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Time between readings, 100 ms to a day.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(30);

    public override IEnumerable<(string Path, string Message)> Check()
    {
        if (!AddressPattern().IsMatch(Address))
        {
            yield return ("address", "must be a thermometer's family and serial number, like 28-00000a1b2c3d (families 10, 22, 28, 3b, 42)");
        }

        if (PollInterval.Mistake(Every) is { } mistake)
        {
            yield return ("every", mistake);
        }
    }

    [GeneratedRegex("^(10|22|28|3b|42)-[0-9a-f]{12}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AddressPattern();
}
