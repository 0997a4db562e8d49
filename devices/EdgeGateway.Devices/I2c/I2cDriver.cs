using System.Device.I2c;
using Iot.Device.Ahtxx;
using Iot.Device.Mcp960x;

namespace EdgeGateway.Devices.I2c;

/// <summary>Polls a chip through Iot.Device.Bindings; only in the nuget dependency set.</summary>
internal sealed class I2cDriver(I2cSettings settings, DriverHost host) : PolledProbe(settings.Id, settings.Every, host)
{
    // Its library asks a chip that says it is busy again and again without end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TimeProvider time = host.Time;
    private Task<ProbeSample>? reading;
    private IDisposable? chip;

    public override async Task RunAsync(IReadingSink sink, CancellationToken stop)
    {
        try
        {
            await base.RunAsync(sink, stop);
        }
        finally
        {
            chip?.Dispose();
        }
    }

    protected override async ValueTask<ProbeSample> ReadAsync(CancellationToken stop)
    {
        reading ??= Task.Run(ReadSafely, CancellationToken.None);
        try
        {
            var sample = await reading.WaitAsync(Patience, time, stop);
            reading = null;
            return sample;
        }
        catch (TimeoutException)
        {
            return ProbeSample.Faulty("no answer", $"the chip says for {Patience.TotalSeconds} s that it is busy: take its supply away and give it back");
        }
    }

    protected override ProbeSample Read()
    {
        try
        {
            chip ??= Open();
        }
        catch (IOException)
        {
            return ProbeSample.Unplugged(WhyAbsent());
        }

        try
        {
            return chip switch
            {
                Aht20 aht => InRange(aht.GetTemperature().DegreesCelsius) with { Humidity = Math.Clamp(aht.GetHumidity().Percent, 0, 100) },
                Mcp960x thermocouple => Read(thermocouple),
                _ => throw new InvalidOperationException($"no chip {settings.Chip}"),
            };
        }
        catch (IOException)
        {
            // Set up anew next time: it may have lost its supply meanwhile.
            chip.Dispose();
            chip = null;
            throw;
        }
    }

    protected override string WhyAbsent() =>
        $"no {settings.Chip} answers at address 0x{settings.DeviceAddress:x2} of /dev/i2c-{settings.Bus}: check its wires with i2cdetect -y {settings.Bus}, and that I²C is on (dtparam=i2c_arm=on)";

    private ProbeSample Read(Mcp960x thermocouple)
    {
        thermocouple.ReadStatus(out _, out _, out var isShorted, out var isOpen, out _, out _, out _, out _);
        return isShorted || isOpen
            ? ProbeSample.Faulty("sensor open or shorted", "the chip says that its thermocouple is open, short-circuited or beyond its range: check the thermocouple's wires")
            : InRange(thermocouple.GetTemperature().DegreesCelsius);
    }

    private static ProbeSample InRange(double celsius) => celsius is >= Celsius.Lowest and <= Celsius.Highest
        ? ProbeSample.Good(celsius)
        : ProbeSample.Faulty("out of range", $"{celsius:0.###} °C is out of range ({Celsius.Lowest} to {Celsius.Highest}): check the chip and its wiring");

    private IDisposable Open()
    {
        var bus = I2cDevice.Create(new I2cConnectionSettings(settings.Bus, settings.DeviceAddress!.Value));
        try
        {
            return settings.Chip == I2cChip.Aht20 ? new Aht20(bus) : new Mcp960x(bus);
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }
}
