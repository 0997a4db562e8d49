using System.Buffers.Text;

namespace EdgeGateway.Devices.Thermal;

/// <summary>Polls a thermal zone.</summary>
internal sealed class ThermalDriver(ThermalSettings settings, DriverHost host) : PolledProbe(settings.Id, settings.Every, host)
{
    private readonly Celsius celsius = new(scale: null);
    private readonly string file = Path.Combine(host.Root, $"sys/class/thermal/thermal_zone{settings.Zone}/temp");

    protected override ProbeSample Read()
    {
        Span<byte> buffer = stackalloc byte[32];
        var text = KernelFile.Read(file, buffer);
        return Utf8Parser.TryParse(text, out int milliCelsius, out var used) && used == text.Length
            ? celsius.Of(milliCelsius)
            : ProbeSample.Faulty("unreadable", $"{file} does not hold a number");
    }

    protected override string WhyAbsent() => $"there is no {file}: count the zones with ls /sys/class/thermal";
}
