namespace EdgeGateway.Devices;

/// <summary>
/// Turns what kernel drivers show as thousandths of a degree into °C, and finds drivers that show something else:
/// some have shipped whole degrees, others millionths.
/// </summary>
internal sealed class Celsius(double? scale)
{
    /// <summary>Coldest and hottest that any probe of this trade can mean, °C.</summary>
    public const double Lowest = -100, Highest = 200;

    // Whole degrees taken for thousandths lie within ±0.15 °C for good; a true probe leaves that band.
    private const double Suspicious = 150;

    private bool unitProven = scale is not null;

    /// <summary>One value as the kernel showed it, thousandths of a degree unless a scale says otherwise.</summary>
    public ProbeSample Of(double raw)
    {
        var celsius = raw * (scale ?? 1) / 1000;
        if (!double.IsFinite(celsius) || celsius is < Lowest or > Highest)
        {
            return ProbeSample.Faulty("out of range", celsius / 1000 is >= Lowest and <= Highest
                ? $"{celsius:0.###} °C is out of range: the driver seems to show a unit 1000 times smaller; set \"scale\": 0.001 if {celsius / 1000:0.###} °C is right"
                : $"{celsius:0.###} °C is out of range ({Lowest} to {Highest}): check the probe and its wiring");
        }

        if (!unitProven && raw != 0)
        {
            if (Math.Abs(raw) <= Suspicious)
            {
                return ProbeSample.Faulty("unit in doubt",
                    $"{celsius:0.###} °C since it was plugged in: the driver may show whole degrees; set \"scale\": 1000 if {raw:0.###} °C is right, \"scale\": 1 if {celsius:0.###} °C is");
            }

            unitProven = true;
        }

        return ProbeSample.Good(celsius);
    }
}
