namespace EdgeGateway.Devices.W1;

/// <summary>Polls one 1-wire thermometer through the kernel's <c>w1_slave</c> file, which shows the checked scratchpad.</summary>
internal sealed class W1Driver(W1Settings settings, DriverHost host) : PolledProbe(settings.Id, settings.Every, host)
{
    // A conversion blocks for 0.75 s and the bus does one at a time anyway: many probes hold one thread, not many.
    private static readonly SemaphoreSlim OneConversion = new(1);

    private readonly string scratchpad = Path.Combine(W1Bus.Folder(host.Root), settings.Address, "w1_slave");
    private readonly string temperature = Path.Combine(W1Bus.Folder(host.Root), settings.Address, "temperature");

    protected override ProbeSample Read()
    {
        Span<byte> buffer = stackalloc byte[512];
        try
        {
            return W1Scratchpad.Parse(KernelFile.Read(scratchpad, buffer));
        }
        catch (FileNotFoundException) when (File.Exists(temperature))
        {
            // Some kernels are built without the older file.
            return W1Scratchpad.ParseTemperature(KernelFile.Read(temperature, buffer));
        }
    }

    protected override async ValueTask<ProbeSample> ReadAsync(CancellationToken stop)
    {
        await OneConversion.WaitAsync(stop);
        try
        {
            return await Task.Run(ReadSafely, stop);
        }
        finally
        {
            OneConversion.Release();
        }
    }

    protected override string WhyAbsent()
    {
        if (!Directory.Exists(W1Bus.Folder(Root)))
        {
            return "this machine has no 1-wire bus; on a Raspberry Pi add dtoverlay=w1-gpio to /boot/firmware/config.txt and restart it";
        }

        var found = W1Bus.Thermometers(Root).Take(8).ToList();
        return $"{settings.Address} is not on the 1-wire bus; check its wiring and the 4.7 kΩ pull-up; on the bus now: "
            + (found.Count == 0 ? "nothing" : string.Join(", ", found));
    }
}
