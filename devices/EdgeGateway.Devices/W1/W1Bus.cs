namespace EdgeGateway.Devices.W1;

/// <summary>What the kernel found on its 1-wire buses.</summary>
internal static class W1Bus
{
    private static readonly string[] ThermometerFamilies = ["10-", "22-", "28-", "3b-", "42-"];

    public static string Folder(string root) => Path.Combine(root, "sys/bus/w1/devices");

    /// <summary>Addresses of the thermometers that are plugged in.</summary>
    public static IEnumerable<string> Thermometers(string root) =>
        KernelFile.Folders(Folder(root), "*-*")
            .Select(folder => Path.GetFileName(folder))
            .Where(name => ThermometerFamilies.Any(family => name.StartsWith(family, StringComparison.Ordinal)));
}
