using System.Globalization;

namespace EdgeGateway.Simulator.Scenario;

/// <summary>A DS18B20 as the kernel's <c>w1_therm</c> shows it, in a tree that stands for <c>/</c>.</summary>
public sealed class WireProbe
{
    private const int MilliPerStep = 1000;
    private const double StepsPerDegree = 16;

    private readonly string file;

    /// <param name="root">Folder that the gateway takes for <c>/</c>.</param>
    /// <param name="address">Family and serial number.</param>
    public WireProbe(string root, string address)
    {
        var folder = Path.Combine(root, "sys/bus/w1/devices", address);
        Directory.CreateDirectory(folder);
        file = Path.Combine(folder, "w1_slave");
    }

    /// <summary>Shows a conversion's result, whole or not at all.</summary>
    public void Show(double celsius)
    {
        var raw = (short)Math.Round(celsius * StepsPerDegree);
        byte[] scratchpad = [(byte)raw, (byte)(raw >> 8), 0x4b, 0x46, 0x7f, 0xff, (byte)(16 - (raw & 0xf)), 0x10, 0];
        scratchpad[8] = Crc8(scratchpad.AsSpan(0, 8));
        var bytes = string.Join(' ', scratchpad.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        var milliCelsius = (int)Math.Round(celsius * MilliPerStep);
        File.WriteAllText(file + ".new", $"{bytes} : crc={scratchpad[8]:x2} YES\n{bytes} t={milliCelsius}\n");
        File.Move(file + ".new", file, overwrite: true);
    }

    // Dallas/Maxim CRC-8: x^8 + x^5 + x^4 + 1, least significant bit first.
    private static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x8c : crc >> 1;
            }
        }

        return (byte)crc;
    }
}
