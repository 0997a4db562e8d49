using System.Buffers.Text;
using System.Globalization;

namespace EdgeGateway.Devices.W1;

/// <summary>
/// Reads what <c>w1_therm</c> shows: the nine bytes of the scratchpad, the verdict on their check sum, and the
/// temperature, as in <c>b8 01 4b 46 7f ff 08 10 1d : crc=1d YES … t=27500</c>.
/// </summary>
internal static class W1Scratchpad
{
    private const int ScratchpadLength = 9;
    private const int PowerOnMilliCelsius = 85000;

    // After a conversion this byte is 0x10 minus the fraction; 0x0C stands there only from power-on to the first one.
    private const int PowerOnByte = 6;
    private const byte PowerOnMark = 0x0C;

    // What the chips can measure, °C.
    private const double Lowest = -55, Highest = 125;

    /// <summary>A whole <c>w1_slave</c> file.</summary>
    public static ProbeSample Parse(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return NoAnswer();
        }

        Span<byte> scratchpad = stackalloc byte[ScratchpadLength];
        var value = text.LastIndexOf("t="u8);
        if (!TryParseBytes(text, scratchpad) || value < 0 || !TryParseMilli(text[(value + 2)..], out var milliCelsius))
        {
            return ProbeSample.Faulty("unreadable", "w1_slave does not hold a scratchpad and a temperature: is another driver bound to this sensor?");
        }

        var line = text[..Math.Max(text.IndexOf((byte)'\n'), 0)];
        if (!line.TrimEnd(" \r"u8).EndsWith("YES"u8))
        {
            // The kernel shows the last good value beside the bad check sum: stale, so not a reading.
            return ProbeSample.Faulty("crc", "the check sum is wrong: check cable length, joints and the 4.7 kΩ pull-up");
        }

        if (!scratchpad.ContainsAnyExcept((byte)0))
        {
            // All zero bytes have a right check sum, zero.
            return ProbeSample.Faulty("data line low", "the sensor answers zeros only: the data line is short-circuited to ground");
        }

        return milliCelsius == PowerOnMilliCelsius && scratchpad[PowerOnByte] == PowerOnMark ? PowerOn() : InRange(milliCelsius);
    }

    /// <summary>A <c>temperature</c> file, which shows no scratchpad: 85 °C cannot be told from the power-on value.</summary>
    public static ProbeSample ParseTemperature(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return NoAnswer();
        }

        if (!TryParseMilli(text, out var milliCelsius))
        {
            return ProbeSample.Faulty("unreadable", "the file temperature does not hold a number");
        }

        return milliCelsius == PowerOnMilliCelsius ? PowerOn() : InRange(milliCelsius);
    }

    private static ProbeSample NoAnswer() =>
        ProbeSample.Unplugged("the sensor is known to the bus but gives no value: it was pulled out or has no supply; check its plug");

    private static ProbeSample PowerOn() =>
        ProbeSample.Faulty("power-on value", "85 °C is what the sensor says before its first conversion: its supply drops out; check the 3.3 V wire or use a supplied, not a parasitic, connection");

    private static ProbeSample InRange(int milliCelsius)
    {
        var celsius = milliCelsius / 1000.0;
        return celsius is >= Lowest and <= Highest
            ? ProbeSample.Good(celsius)
            : ProbeSample.Faulty("out of range", $"{celsius.ToString(CultureInfo.InvariantCulture)} °C is beyond what the chip can measure ({Lowest} to {Highest}): check or replace it");
    }

    private static bool TryParseMilli(ReadOnlySpan<byte> text, out int milliCelsius) =>
        Utf8Parser.TryParse(text, out milliCelsius, out var used) && text[used..].Trim(" \r\n"u8).IsEmpty;

    private static bool TryParseBytes(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (text.Length < (i * 3) + 2 || !Utf8Parser.TryParse(text.Slice(i * 3, 2), out bytes[i], out var used, 'x') || used != 2)
            {
                return false;
            }
        }

        return true;
    }
}
