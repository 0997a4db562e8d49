namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>Makes readings of values after checking their ranges; what cannot be true is refused.</summary>
internal static class Samples
{
    /// <summary>A sensor in saturated air reads a little over.</summary>
    private const double WettestReported = 105;

    /// <summary>Bits of the longest EPC memory in use are 496.</summary>
    private const int LongestTagBytes = 62;

    /// <summary>°F as °C, to the thousandth.</summary>
    public static double FromFahrenheit(double fahrenheit) => Math.Round((fahrenheit - 32) * 5 / 9, 3);

    public static void AddTemperature(
        this PayloadReadings readings, string device, DateTimeOffset? observedAt, double celsius, double? humidity = null, double? battery = null)
    {
        if (celsius is >= Celsius.Lowest and <= Celsius.Highest)
        {
            readings.Add(new TemperatureReading(device, observedAt, celsius, null, Percent(humidity), Percent(battery)));
        }
        else
        {
            readings.Refuse($"{celsius:0.###} °C is out of range ({Celsius.Lowest} to {Celsius.Highest}); is the unit right?");
        }
    }

    public static void AddFault(
        this PayloadReadings readings, string device, DateTimeOffset? observedAt, string fault, double? humidity = null, double? battery = null) =>
        readings.Add(new TemperatureReading(device, observedAt, null, fault, Percent(humidity), Percent(battery)));

    public static void AddPosition(
        this PayloadReadings readings, string device, DateTimeOffset? observedAt, double latitude, double longitude,
        double? accuracyMetres, double? speedMetresPerSecond, double? courseDegrees)
    {
        if (latitude is not (>= -90 and <= 90) || longitude is not (>= -180 and <= 180))
        {
            readings.Refuse($"{latitude:0.######}, {longitude:0.######} is no place on Earth");
            return;
        }

        readings.Add(new PositionReading(
            device, observedAt, latitude, longitude,
            accuracyMetres is >= 0 and <= 1e7 ? accuracyMetres : null,
            speedMetresPerSecond is >= 0 and <= 1000 ? speedMetresPerSecond : null,
            courseDegrees is >= 0 and <= 360 ? courseDegrees : null));
    }

    /// <param name="readings">Receives the reading or the refusal.</param>
    /// <param name="device">Id of the reader.</param>
    /// <param name="observedAt">When it last saw the tag.</param>
    /// <param name="hex">Hex digits of any case, an even count.</param>
    /// <param name="rssiDbm">Strongest read.</param>
    /// <param name="antenna">Port of that read.</param>
    /// <param name="reads">Reads the report stands for.</param>
    public static void AddTag(
        this PayloadReadings readings, string device, DateTimeOffset? observedAt, ReadOnlySpan<byte> hex,
        double? rssiDbm, double? antenna, double? reads)
    {
        if (hex.Length is 0 or > LongestTagBytes * 2 || hex.Length % 2 != 0 || !IsHex(hex))
        {
            readings.Refuse($"a tag of {hex.Length} characters is not hex digits, an even count up to {LongestTagBytes * 2}");
            return;
        }

        var upper = string.Create(hex.Length, hex, static (text, digits) =>
        {
            for (var i = 0; i < digits.Length; i++)
            {
                text[i] = char.ToUpperInvariant((char)digits[i]);
            }
        });
        readings.Add(new TagReading(
            device, observedAt, upper,
            rssiDbm is >= -150 and <= 50 ? rssiDbm : null,
            antenna is >= 1 and <= 1024 ? (int)antenna : null,
            reads is >= 1 and <= 1e6 ? (int)reads : 1));
    }

    private static double? Percent(double? value) => value switch
    {
        >= 0 and <= 100 => value,
        > 100 and <= WettestReported => 100,
        _ => null,
    };

    private static bool IsHex(ReadOnlySpan<byte> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigit((char)character))
            {
                return false;
            }
        }

        return true;
    }
}
