using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Discovery;

/// <summary>Looks for everything that is plugged in, spoken to or heard and could be added as a device.</summary>
public static class DeviceDiscovery
{
    /// <summary>Most devices of one kind that are told: a person chooses among them.</summary>
    internal const int MostOfAKind = 200;

    /// <summary>
    /// Looks everywhere at once, for about the time of <see cref="DiscoveryOptions.Listen"/>. A place that cannot be
    /// looked at yields nothing and a warning in the log.
    /// </summary>
    /// <exception cref="FormatException">A network of the options is not one, or is too large.</exception>
    public static async Task<IReadOnlyList<FoundDevice>> ScanAsync(DriverHost host, DiscoveryOptions options, CancellationToken cancel)
    {
        var addresses = LlrpDiscovery.Addresses(options.LlrpNetworks);
        var log = host.Logs.CreateLogger(typeof(DeviceDiscovery));
        var searches = new Dictionary<string, Task<IReadOnlyList<FoundDevice>>>(StringComparer.Ordinal)
        {
            ["probes"] = ProbeDiscovery.ScanAsync(host, options, cancel),
            ["keyboards"] = Task.Run(() => KeyboardDiscovery.Scan(host.Root, options), cancel),
            ["gpsd"] = GpsdDiscovery.ScanAsync(host, options, cancel),
            ["MQTT"] = MqttDiscovery.ScanAsync(host, options, cancel),
            ["LLRP"] = LlrpDiscovery.ScanAsync(host, addresses, options, cancel),
        };
        var found = new List<FoundDevice>();
        foreach (var (place, search) in searches)
        {
            try
            {
                found.AddRange(await search);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException or System.Net.Sockets.SocketException)
            {
                log.LogWarning("Looking for {Place} failed: {Cause}; the other places were looked at", place, e.Message);
            }
        }

        return found;
    }

    /// <summary>An entry of <c>devices</c>; its id is the name in letters that an id may have.</summary>
    internal static FoundDevice Found(string driver, string address, string name, string? sample, params (string Key, object Value)[] settings)
    {
        var entry = new Dictionary<string, object>(StringComparer.Ordinal) { ["id"] = Id(name), ["driver"] = driver };
        foreach (var (key, value) in settings)
        {
            entry[key] = value;
        }

        return new FoundDevice(driver, address, name, sample, entry);
    }

    private static string Id(string name)
    {
        const int Longest = 64;

        var id = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).Trim('-');
        while (id.Contains("--", StringComparison.Ordinal))
        {
            id = id.Replace("--", "-", StringComparison.Ordinal);
        }

        return id.Length == 0 ? "device" : id.Length <= Longest ? id : id[..Longest];
    }
}
