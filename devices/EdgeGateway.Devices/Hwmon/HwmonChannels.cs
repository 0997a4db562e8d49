namespace EdgeGateway.Devices.Hwmon;

/// <summary>The temperature channels of all hwmon chips.</summary>
internal static class HwmonChannels
{
    /// <summary>Every channel that is there now.</summary>
    public static IEnumerable<HwmonChannel> Scan(string root)
    {
        foreach (var folder in KernelFile.Folders(Path.Combine(root, "sys/class/hwmon"), "hwmon*"))
        {
            if (KernelFile.TryReadText(Path.Combine(folder, "name")) is not { Length: > 0 } chip)
            {
                continue;
            }

            foreach (var input in Directory.EnumerateFiles(folder, "temp*_input").Order(StringComparer.Ordinal))
            {
                var channel = Path.GetFileName(input)[..^"_input".Length];
                var label = KernelFile.TryReadText(Path.Combine(folder, channel + "_label"));
                yield return new HwmonChannel(chip, BusAddress(folder), channel, label, input);
            }
        }
    }

    // The number in hwmon0 changes from boot to boot; what the device link names, like 1-0048, does not.
    private static string? BusAddress(string folder)
    {
        try
        {
            var target = new DirectoryInfo(Path.Combine(folder, "device")).ResolveLinkTarget(returnFinalTarget: true);
            return target is null ? null : target.Name;
        }
        catch (IOException)
        {
            // Chips of no bus, such as thermal zones, have no device link.
            return null;
        }
    }
}

/// <summary>One channel.</summary>
/// <param name="Chip">Name the driver gives, such as lm75; not unique.</param>
/// <param name="BusAddress">Such as 1-0048; null for chips of no bus.</param>
/// <param name="Channel">Such as temp1.</param>
/// <param name="Label">What the board's maker calls it; null for most.</param>
/// <param name="InputPath">File with the value.</param>
internal sealed record HwmonChannel(string Chip, string? BusAddress, string Channel, string? Label, string InputPath)
{
    /// <summary>Address that means this channel only.</summary>
    public string FullAddress => ChipAddress.Of(Chip, BusAddress, Channel);

    /// <summary>True when an address of the configuration means this channel.</summary>
    public bool Answers(string address) => ChipAddress.Means(address, Chip, BusAddress, Channel, Label);

    /// <summary>False when the chip is gone or its number now stands for another one.</summary>
    public bool IsStillThere() => ChipAddress.IsStill(Chip, Path.Combine(Path.GetDirectoryName(InputPath)!, "name"));
}
