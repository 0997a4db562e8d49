using System.Text.Json;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Configuration;

/// <summary>Reads a configuration and finds every mistake in it at once; a configuration with a mistake is never used.</summary>
public static class ConfigurationReader
{
    /// <summary>Largest configuration that is read.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxDevices = 1000;

    /// <param name="file">Path of the file.</param>
    /// <param name="mistakes">Receives what is wrong; empty when the result may be used.</param>
    public static AgentConfiguration? ReadFile(string file, List<Mistake> mistakes)
    {
        try
        {
            var length = new FileInfo(file).Length;
            if (length > MaxBytes)
            {
                mistakes.Add(new Mistake("$", $"{file} has {length} bytes, more than {MaxBytes}"));
                return null;
            }

            return Read(File.ReadAllBytes(file), FolderOf(file), mistakes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new Mistake("$", $"{file} cannot be read: {e.Message}"));
            return null;
        }
    }

    /// <param name="json">The configuration, UTF-8.</param>
    /// <param name="folder">Folder that file names in it are relative to.</param>
    /// <param name="mistakes">Receives what is wrong; empty when the result may be used.</param>
    public static AgentConfiguration? Read(ReadOnlyMemory<byte> json, string folder, List<Mistake> mistakes)
    {
        var configuration = StrictJson.Read<AgentConfiguration>(json, mistakes, TypeOfDevice);

        // What could not be read cannot be judged; its mistakes are already there.
        if (configuration is null || mistakes.Count > 0)
        {
            return null;
        }

        Check(configuration, folder, mistakes);
        return mistakes.Count > 0 ? null : Resolve(configuration, folder);
    }

    /// <summary>Folder of a configuration file, absolute.</summary>
    public static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file))!;

    private static Type? TypeOfDevice(Type type, JsonElement json, string path, List<Mistake> mistakes)
    {
        if (!json.TryGetProperty("driver", out var name) || name.ValueKind != JsonValueKind.String)
        {
            mistakes.Add(new Mistake(path + ".driver", "is missing; known: " + KnownDrivers));
            return null;
        }

        if (DriverRegistry.All.TryGetValue(name.GetString()!, out var kind))
        {
            return kind.Settings;
        }

        mistakes.Add(new Mistake(path + ".driver", $"'{name.GetString()}' is not a driver; known: {KnownDrivers}"));
        return null;
    }

    private static string KnownDrivers => string.Join(", ", DriverRegistry.All.Keys.Order(StringComparer.Ordinal));

    private static void Check(AgentConfiguration configuration, string folder, List<Mistake> mistakes)
    {
        CheckId("$.gateway.id", configuration.Gateway.Id, mistakes);
        CheckId("$.gateway.site", configuration.Gateway.Site, mistakes);
        if (configuration.Gateway.Asset is { } asset)
        {
            CheckId("$.gateway.asset", asset, mistakes);
        }

        mistakes.AddRange(configuration.Uplink.Check("$.uplink", folder));
        CheckRange("$.uplink.catchUpBytesPerSecond", configuration.Uplink.CatchUpBytesPerSecond, 1024, 1L << 40, mistakes);
        CheckRange("$.uplink.heartbeatEvery", configuration.Uplink.HeartbeatEvery, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), mistakes);
        CheckRange("$.buffer.maxBytes", configuration.Buffer.MaxBytes, EdgeGateway.Buffer.BufferOptions.LeastMaxBytes, long.MaxValue, mistakes);
        CheckRange("$.buffer.reserveBytes", configuration.Buffer.ReserveBytes, 0, long.MaxValue, mistakes);
        CheckRange("$.web.confirmWithin", configuration.Web.ConfirmWithin, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), mistakes);
        CheckRange("$.clock.holdUnsynced", configuration.Clock.HoldUnsynced, TimeSpan.Zero, TimeSpan.FromHours(1), mistakes);
        CheckListen(configuration.Web.Listen, mistakes);
        CheckBufferFolder(configuration.Buffer.Path, folder, mistakes);
        if (configuration.Mqtt is { } mqtt)
        {
            mistakes.AddRange(mqtt.Check("$.mqtt", folder));
        }

        if (configuration.AlarmOutput is not null && configuration.Mqtt is null)
        {
            mistakes.Add(new Mistake("$.alarmOutput.topic", "needs a broker: add \"mqtt\" to the configuration"));
        }

        foreach (var (name, profile) in configuration.Profiles)
        {
            CheckId($"$.profiles.{name}", name, mistakes);
            mistakes.AddRange(profile.Check().Select(wrong => new Mistake($"$.profiles.{name}.{wrong.Path}", wrong.Message)));
        }

        CheckDevices(configuration, mistakes);
    }

    private static void CheckDevices(AgentConfiguration configuration, List<Mistake> mistakes)
    {
        if (configuration.Devices.Count > MaxDevices)
        {
            mistakes.Add(new Mistake("$.devices", $"has {configuration.Devices.Count} entries, more than {MaxDevices}"));
        }

        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < configuration.Devices.Count; i++)
        {
            var device = configuration.Devices[i];
            var path = $"$.devices[{i}]";
            CheckId(path + ".id", device.Id, mistakes);
            if (!first.TryAdd(device.Id, i))
            {
                mistakes.Add(new Mistake(path + ".id", $"'{device.Id}' is already the id of $.devices[{first[device.Id]}]"));
            }

            if (device is ProbeSettings { Profile: { } profile } && !configuration.Profiles.ContainsKey(profile))
            {
                var known = configuration.Profiles.Count == 0 ? "there are none" : "known: " + string.Join(", ", configuration.Profiles.Keys);
                mistakes.Add(new Mistake(path + ".profile", $"'{profile}' is not in profiles; {known}"));
            }

            if (device is ProbeSettings { Door: { } door } && !configuration.Devices.Any(other => other.Id == door && other.Family == EventFamily.Inputs))
            {
                mistakes.Add(new Mistake(path + ".door", $"'{door}' is not the id of an input among devices"));
            }

            if (device.Driver == "mqtt" && configuration.Mqtt is null)
            {
                mistakes.Add(new Mistake(path + ".driver", "needs a broker: add \"mqtt\" to the configuration"));
            }

            mistakes.AddRange(device.Check().Select(wrong => new Mistake(wrong.Path.Length == 0 ? path : $"{path}.{wrong.Path}", wrong.Message)));
        }
    }

    private static void CheckId(string path, string id, List<Mistake> mistakes)
    {
        if (id.Length is 0 or > 64 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        {
            mistakes.Add(new Mistake(path, $"'{id}' must be 1 to 64 of letters, digits, dot, dash and underscore"));
        }
    }

    private static void CheckRange<T>(string path, T? value, T least, T most, List<Mistake> mistakes)
        where T : struct, IComparable<T>
    {
        if (value is { } set && (set.CompareTo(least) < 0 || set.CompareTo(most) > 0))
        {
            mistakes.Add(new Mistake(path, $"must be within {Text(least)} to {Text(most)}, not {Text(set)}"));
        }

        static string Text(T value) => value is TimeSpan span ? Duration.Format(span) : $"{value}";
    }

    private static void CheckListen(string listen, List<Mistake> mistakes)
    {
        if (!Uri.TryCreate(listen, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp || address.AbsolutePath != "/")
        {
            mistakes.Add(new Mistake("$.web.listen", $"'{listen}' must be http://HOST:PORT"));
        }
    }

    private static void CheckBufferFolder(string path, string folder, List<Mistake> mistakes)
    {
        var full = Path.GetFullPath(path, folder);
        if (Directory.Exists(full))
        {
            mistakes.Add(new Mistake("$.buffer.path", $"{full} is a folder; name a file in it"));
        }
        else if (!Directory.Exists(Path.GetDirectoryName(full)))
        {
            mistakes.Add(new Mistake("$.buffer.path", $"no folder at {Path.GetDirectoryName(full)}; make it or name another"));
        }
    }

    private static AgentConfiguration Resolve(AgentConfiguration configuration, string folder) => configuration with
    {
        Buffer = configuration.Buffer with { Path = Path.GetFullPath(configuration.Buffer.Path, folder) },
        Profiles = configuration.Profiles.ToDictionary(entry => entry.Key, entry => entry.Value with { Name = entry.Key }, StringComparer.Ordinal),
    };
}
