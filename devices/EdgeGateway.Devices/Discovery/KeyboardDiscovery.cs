using EdgeGateway.Devices.Keyboard;

namespace EdgeGateway.Devices.Discovery;

/// <summary>Keyboards, among which scanners are; an ordinary one must not be added, as it would be grabbed.</summary>
internal static class KeyboardDiscovery
{
    private const string Ending = "-event-kbd";

    public static IReadOnlyList<FoundDevice> Scan(string root, DiscoveryOptions options) =>
    [
        .. KernelFile.Files(Path.Combine(root, "dev/input/by-id"), "*" + Ending)
            .Select(path => Path.GetFileName(path))
            .Where(address => !options.Known.OfType<KeyboardSettings>().Any(known => known.Address == address))
            .Take(DeviceDiscovery.MostOfAKind)
            .Select(address => (address, name: Name(address)))
            .Select(keyboard => DeviceDiscovery.Found(
                "keyboard", keyboard.address, keyboard.name, sample: null,
                ("address", keyboard.address), ("zone", "here"), ("passage", "shelf"))),
    ];

    private static string Name(string address)
    {
        var name = address[..^Ending.Length];
        return (name.StartsWith("usb-", StringComparison.Ordinal) ? name["usb-".Length..] : name).Replace('_', ' ');
    }
}
