namespace EdgeGateway.Devices.Thermal;

/// <summary>A thermal zone of the kernel, such as that of the processor.</summary>
public sealed record ThermalSettings : ProbeSettings
{
    /// <summary>Number of the zone, from 0.</summary>
    public required int Zone { get; init; }

    /// <summary>Time between readings, 100 ms to a day.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(30);

    public override IEnumerable<(string Path, string Message)> Check()
    {
        if (Zone is < 0 or > 99)
        {
            yield return ("zone", "must be between 0 and 99");
        }

        if (PollInterval.Mistake(Every) is { } mistake)
        {
            yield return ("every", mistake);
        }
    }
}
