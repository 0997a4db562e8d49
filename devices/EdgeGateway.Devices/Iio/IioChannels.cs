namespace EdgeGateway.Devices.Iio;

/// <summary>The temperature channels of all IIO sensors.</summary>
internal static class IioChannels
{
    private static readonly string[] Endings = ["_input", "_raw"];

    /// <summary>Every channel that is there now.</summary>
    public static IEnumerable<IioChannel> Scan(string root)
    {
        foreach (var folder in KernelFile.Folders(Path.Combine(root, "sys/bus/iio/devices"), "iio:device*"))
        {
            if (KernelFile.TryReadText(Path.Combine(folder, "name")) is not { Length: > 0 } sensor)
            {
                continue;
            }

            // The entry links to .../1-0076/iio:device0.
            var target = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
            var busAddress = Path.GetFileName(Path.GetDirectoryName(target));
            var channels = Directory.EnumerateFiles(folder, "in_temp*")
                .Select(file => Path.GetFileName(file)["in_".Length..])
                .SelectMany(name => Endings.Where(ending => name.EndsWith(ending, StringComparison.Ordinal)).Select(ending => name[..^ending.Length]))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal);
            foreach (var channel in channels)
            {
                yield return new IioChannel(sensor, busAddress, channel, folder);
            }
        }
    }
}

/// <summary>One channel.</summary>
/// <param name="Sensor">Name the driver gives, such as bme280; not unique.</param>
/// <param name="BusAddress">Such as 1-0076; null for sensors of no bus.</param>
/// <param name="Channel">Such as temp or temp_ambient.</param>
/// <param name="Folder">The sensor's files.</param>
internal sealed record IioChannel(string Sensor, string? BusAddress, string Channel, string Folder)
{
    /// <summary>Address that means this channel only.</summary>
    public string FullAddress => ChipAddress.Of(Sensor, BusAddress, Channel);

    /// <summary>True when an address of the configuration means this channel.</summary>
    public bool Answers(string address) => ChipAddress.Means(address, Sensor, BusAddress, Channel, label: null);

    /// <summary>False when the sensor is gone or its number now stands for another one.</summary>
    public bool IsStillThere() => ChipAddress.IsStill(Sensor, Path.Combine(Folder, "name"));
}
