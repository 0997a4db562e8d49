namespace EdgeGateway.Contracts;

/// <summary>
/// Mean kinetic temperature: the steady temperature that would have degraded the goods as much as the course did.
/// Activation energy 83.144 kJ/mol, gas constant 8.3144e-3 kJ/(mol·K).
/// </summary>
public static class MeanKineticTemperature
{
    /// <summary>Activation energy over gas constant, kelvin.</summary>
    private const double ActivationKelvin = 83.144 / 8.3144e-3;

    private const double ZeroCelsiusInKelvin = 273.15;

    /// <summary>Of temperatures, °C, each of which lasted as long as its weight says.</summary>
    /// <returns>°C.</returns>
    /// <exception cref="ArgumentException">Nothing to average, or not one weight a temperature.</exception>
    public static double OfWeighted(ReadOnlySpan<double> celsius, ReadOnlySpan<double> weights)
    {
        if (celsius.IsEmpty || celsius.Length != weights.Length)
        {
            throw new ArgumentException("A mean needs temperatures and one weight for each.", nameof(weights));
        }

        var sum = 0.0;
        var total = 0.0;
        for (var i = 0; i < celsius.Length; i++)
        {
            sum += weights[i] * Rate(celsius[i]);
            total += weights[i];
        }

        return FromRate(sum / total);
    }

    /// <summary>Of a series of readings, °C, at rising times in any unit: the trapezoid rule weighs unequal spacing.</summary>
    /// <inheritdoc cref="OfWeighted"/>
    public static double OfSeries(ReadOnlySpan<double> times, ReadOnlySpan<double> celsius)
    {
        if (celsius.Length < 2 || celsius.Length != times.Length)
        {
            throw new ArgumentException("A series needs two readings or more, and a time for each.", nameof(times));
        }

        var sum = 0.0;
        for (var i = 1; i < celsius.Length; i++)
        {
            sum += (times[i] - times[i - 1]) * (Rate(celsius[i - 1]) + Rate(celsius[i])) / 2;
        }

        return FromRate(sum / (times[^1] - times[0]));
    }

    /// <summary>Relative rate of degradation at a temperature.</summary>
    internal static double Rate(double celsius) => Math.Exp(-ActivationKelvin / (celsius + ZeroCelsiusInKelvin));

    /// <summary>Temperature at which goods degrade at a rate.</summary>
    internal static double FromRate(double rate) => (ActivationKelvin / -Math.Log(rate)) - ZeroCelsiusInKelvin;
}
