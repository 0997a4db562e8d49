using EdgeGateway.Devices.Gpsd;

namespace EdgeGateway.Devices.Discovery;

/// <summary>A gpsd with its receivers.</summary>
internal static class GpsdDiscovery
{
    public static async Task<IReadOnlyList<FoundDevice>> ScanAsync(DriverHost host, DiscoveryOptions options, CancellationToken cancel)
    {
        var receivers = await GpsdReceiverList.AskAsync(options.Gpsd, host.Time, options.Listen, cancel);
        var found = new List<FoundDevice>();
        foreach (var receiver in receivers.Where(receiver => !IsKnown(receiver, options)).Take(DeviceDiscovery.MostOfAKind))
        {
            var settings = new GpsdSettings { Id = "gps", Driver = "gpsd", Address = options.Gpsd, Receiver = receiver };
            var sample = await DeviceTrial.SampleAsync(settings, host, options.Listen, cancel) ?? "no fix";
            found.Add(DeviceDiscovery.Found(
                "gpsd", options.Gpsd, "GPS " + Path.GetFileName(receiver), sample,
                ("address", options.Gpsd), ("every", "10s"), ("receiver", receiver)));
        }

        return found;
    }

    private static bool IsKnown(string receiver, DiscoveryOptions options) =>
        options.Known.OfType<GpsdSettings>().Any(known => known.Address == options.Gpsd && (known.Receiver ?? receiver) == receiver);
}
