using EdgeGateway.Devices.Hwmon;
using EdgeGateway.Devices.Iio;
using EdgeGateway.Devices.W1;

namespace EdgeGateway.Devices.Discovery;

/// <summary>Thermometers that the kernel knows.</summary>
internal static class ProbeDiscovery
{
    // The end of a serial number tells probes of one bag apart and is printed on many.
    private const int SerialEnd = 4;

    public static async Task<IReadOnlyList<FoundDevice>> ScanAsync(DriverHost host, DiscoveryOptions options, CancellationToken cancel)
    {
        var probes = new List<(string Name, DeviceSettings Settings, string Address)>();
        probes.AddRange(W1Bus.Thermometers(host.Root).Where(address => !options.Known.OfType<W1Settings>().Any(known => known.Address == address)).Select(address => (
            "Temperature probe " + address[^SerialEnd..], (DeviceSettings)new W1Settings { Id = address, Driver = "w1", Address = address }, address)));
        probes.AddRange(HwmonChannels.Scan(host.Root).Where(channel => !options.Known.OfType<HwmonSettings>().Any(known => channel.Answers(known.Address))).Select(channel => (
            $"{channel.Chip} {channel.Label ?? channel.Channel}",
            (DeviceSettings)new HwmonSettings { Id = channel.Chip, Driver = "hwmon", Address = channel.FullAddress }, channel.FullAddress)));
        probes.AddRange(IioChannels.Scan(host.Root).Where(channel => !options.Known.OfType<IioSettings>().Any(known => channel.Answers(known.Address))).Select(channel => (
            $"{channel.Sensor} {channel.Channel}",
            (DeviceSettings)new IioSettings { Id = channel.Sensor, Driver = "iio", Address = channel.FullAddress }, channel.FullAddress)));

        var found = probes.Take(DeviceDiscovery.MostOfAKind).Select(async probe => DeviceDiscovery.Found(
            probe.Settings.Driver, probe.Address, probe.Name, await DeviceTrial.SampleAsync(probe.Settings, host, options.Listen, cancel),
            ("address", probe.Address), ("every", "30s")));
        return await Task.WhenAll(found);
    }
}
