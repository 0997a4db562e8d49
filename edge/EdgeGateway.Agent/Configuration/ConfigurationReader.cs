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

        if (configuration is null)
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

    /// <summary>Judges what could be read; a part that could not has its mistakes already.</summary>
    private static void Check(AgentConfiguration configuration, string folder, List<Mistake> mistakes)
    {
        var unsound = mistakes.ConvertAll(mistake => mistake.Path);
        var sections = new (string Path, Action<string> Check)[]
        {
            ("$.gateway", path => CheckGateway(path, configuration.Gateway, mistakes)),
            ("$.mqtt", path => mistakes.AddRange(configuration.Mqtt?.Check(path, folder) ?? [])),
            ("$.uplink", path => CheckUplink(path, configuration.Uplink, folder, mistakes)),
            ("$.buffer", path => CheckBuffer(path, configuration.Buffer, folder, mistakes)),
            ("$.web", path => CheckWeb(path, configuration.Web, mistakes)),
            ("$.clock", path => CheckRange(path + ".holdUnsynced", configuration.Clock.HoldUnsynced, TimeSpan.Zero, TimeSpan.FromHours(1), mistakes)),
            ("$.profiles", path => CheckProfiles(path, configuration.Profiles, mistakes)),
        };
        foreach (var (path, check) in sections)
        {
            if (!unsound.Exists(wrong => IsPartOf(path, wrong)))
            {
                check(path);
            }
        }

        CheckDevices("$.devices", configuration, unsound, mistakes);

        if (configuration.AlarmOutput is { } output)
        {
            CheckAlarmOutput("$.alarmOutput", output, configuration.Mqtt, mistakes);
        }
    }

    private static void CheckAlarmOutput(string path, AlarmOutputSettings output, BrokerSettings? broker, List<Mistake> mistakes)
    {
        if (output.Topic is null && output.Chip is null)
        {
            mistakes.Add(new Mistake(path, "needs a topic, a chip with a line, or both"));
        }

        if (output.Topic is not null && broker is null)
        {
            mistakes.Add(new Mistake(path + ".topic", "needs a broker: add \"mqtt\" to the configuration"));
        }

        if (output.Topic is { } topic && (topic.Length == 0 || topic.AsSpan().ContainsAny('+', '#')))
        {
            mistakes.Add(new Mistake(path + ".topic", $"'{topic}' is no topic to publish to"));
        }

        if (output.Chip is null != output.Line is null || output.Line < 0)
        {
            mistakes.Add(new Mistake(path + ".line", "chip and line go together; lines count from 0"));
        }
    }

    private static void CheckGateway(string path, GatewaySettings gateway, List<Mistake> mistakes)
    {
        CheckId(path + ".id", gateway.Id, mistakes);
        CheckId(path + ".site", gateway.Site, mistakes);
        if (gateway.Asset is { } asset)
        {
            CheckId(path + ".asset", asset, mistakes);
        }
    }

    private static void CheckUplink(string path, UplinkSettings uplink, string folder, List<Mistake> mistakes)
    {
        mistakes.AddRange(uplink.Check(path, folder));
        CheckRange(path + ".catchUpBytesPerSecond", uplink.CatchUpBytesPerSecond, 1024, 1L << 40, mistakes);
        CheckRange(path + ".heartbeatEvery", uplink.HeartbeatEvery, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), mistakes);
    }

    private static void CheckBuffer(string path, BufferSettings buffer, string folder, List<Mistake> mistakes)
    {
        CheckRange(path + ".maxBytes", buffer.MaxBytes, EdgeGateway.Buffer.BufferOptions.LeastMaxBytes, long.MaxValue, mistakes);
        CheckRange(path + ".reserveBytes", buffer.ReserveBytes, 0, long.MaxValue, mistakes);
        var full = Path.GetFullPath(buffer.Path, folder);
        if (Directory.Exists(full))
        {
            mistakes.Add(new Mistake(path + ".path", $"{full} is a folder; name a file in it"));
        }
        else if (!Directory.Exists(Path.GetDirectoryName(full)))
        {
            mistakes.Add(new Mistake(path + ".path", $"no folder at {Path.GetDirectoryName(full)}; make it or name another"));
        }
    }

    private static void CheckWeb(string path, WebSettings web, List<Mistake> mistakes)
    {
        CheckRange(path + ".confirmWithin", web.ConfirmWithin, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), mistakes);
        if (!Uri.TryCreate(web.Listen, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp || address.AbsolutePath != "/")
        {
            mistakes.Add(new Mistake(path + ".listen", $"'{web.Listen}' must be http://HOST:PORT"));
        }
    }

    private static void CheckProfiles(string path, IReadOnlyDictionary<string, Profile> profiles, List<Mistake> mistakes)
    {
        foreach (var (name, profile) in profiles)
        {
            CheckId($"{path}.{name}", name, mistakes);
            mistakes.AddRange(profile.Check().Select(wrong => new Mistake($"{path}.{name}.{wrong.Path}", wrong.Message)));
        }
    }

    /// <summary>An entry that could not be read has its mistakes already; the others are judged all the same.</summary>
    private static void CheckDevices(string path, AgentConfiguration configuration, List<string> unsound, List<Mistake> mistakes)
    {
        var index = 0;
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var device in configuration.Devices)
        {
            // What is no device at all, or of no known driver, is not in the list.
            while (unsound.Contains($"{path}[{index}]") || unsound.Contains($"{path}[{index}].driver"))
            {
                index++;
            }

            var at = $"{path}[{index}]";
            if (!unsound.Exists(wrong => IsPartOf(at, wrong)))
            {
                if (!first.TryAdd(device.Id, index))
                {
                    mistakes.Add(new Mistake(at + ".id", $"'{device.Id}' is already the id of {path}[{first[device.Id]}]"));
                }

                CheckDevice(at, device, configuration, mistakes);
                if (device is ProbeSettings { Door: { } door } && !unsound.Exists(wrong => IsPartOf(path, wrong)) && !HasInput(configuration, door))
                {
                    mistakes.Add(new Mistake(at + ".door", $"'{door}' is not the id of an input among devices"));
                }
            }

            index++;
        }

        if (configuration.Devices.Count > MaxDevices)
        {
            mistakes.Add(new Mistake(path, $"has {configuration.Devices.Count} entries, more than {MaxDevices}"));
        }
    }

    private static void CheckDevice(string path, DeviceSettings device, AgentConfiguration configuration, List<Mistake> mistakes)
    {
        CheckId(path + ".id", device.Id, mistakes);
        if (device.Driver == "mqtt" && configuration.Mqtt is null)
        {
            mistakes.Add(new Mistake(path + ".driver", "needs a broker: add \"mqtt\" to the configuration"));
        }

        if (device is ProbeSettings { Profile: { } profile } && !configuration.Profiles.ContainsKey(profile))
        {
            var known = configuration.Profiles.Count == 0 ? "there are none" : "known: " + string.Join(", ", configuration.Profiles.Keys);
            mistakes.Add(new Mistake(path + ".profile", $"'{profile}' is not in profiles; {known}"));
        }

        mistakes.AddRange(device.Check().Select(wrong => new Mistake(wrong.Path.Length == 0 ? path : $"{path}.{wrong.Path}", wrong.Message)));
    }

    private static bool HasInput(AgentConfiguration configuration, string id) =>
        configuration.Devices.Any(device => device.Id == id && device.Family == EventFamily.Inputs);

    private static bool IsPartOf(string section, string path) =>
        path == section || path.StartsWith(section + ".", StringComparison.Ordinal) || path.StartsWith(section + "[", StringComparison.Ordinal);

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

    private static AgentConfiguration Resolve(AgentConfiguration configuration, string folder) => configuration with
    {
        Buffer = configuration.Buffer with { Path = Path.GetFullPath(configuration.Buffer.Path, folder) },
        Profiles = configuration.Profiles.ToDictionary(entry => entry.Key, entry => entry.Value with { Name = entry.Key }, StringComparer.Ordinal),
    };
}
