using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Devices.Mqtt;

namespace EdgeGateway.Devices.Discovery;

/// <summary>Topics that are heard while listening to all of them, each with the format its last payload has.</summary>
internal static class MqttDiscovery
{
    private const int LongestPayload = 16 * 1024;
    private const int LongestSample = 200;

    public static async Task<IReadOnlyList<FoundDevice>> ScanAsync(DriverHost host, DiscoveryOptions options, CancellationToken cancel)
    {
        if (host.Bus.Trouble is not null)
        {
            return [];
        }

        var known = options.Known.OfType<MqttSettings>().Select(settings => new TopicPattern(settings.Topic, settings.Id).Filter).ToList();
        var heard = new ConcurrentDictionary<string, byte[]>(StringComparer.Ordinal);
        using (host.Bus.SubscribeBriefly("#", message =>
        {
            if (!known.Exists(filter => TopicFilter.Matches(filter, message.Topic)) && message.Payload.Length <= LongestPayload && message.Omitted == 0
                && (heard.Count < DeviceDiscovery.MostOfAKind || heard.ContainsKey(message.Topic)))
            {
                heard[message.Topic] = message.Payload.ToArray();
            }

            return Task.CompletedTask;
        }))
        {
            await Task.Delay(options.Listen, host.Time, cancel);
        }

        var found = new List<FoundDevice>();
        foreach (var (topic, payload) in heard.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (MqttFormatGuess.Of(topic, payload, host) is { } settings)
            {
                found.Add(DeviceDiscovery.Found("mqtt", topic, Name(topic), Sample(payload), [("topic", topic), .. settings]));
            }
        }

        return found;
    }

    // Of tele/freezer-2/SENSOR and zigbee2mqtt/probe-7 the device is the last level that is not a word of the vendor.
    private static string Name(string topic)
    {
        var levels = topic.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return levels.LastOrDefault(level => level.Any(char.IsAsciiLetterLower)) ?? levels.LastOrDefault() ?? "device";
    }

    private static string Sample(byte[] payload)
    {
        var text = Encoding.UTF8.GetString(payload.AsSpan(0, Math.Min(payload.Length, LongestSample)));
        return text.All(c => !char.IsControl(c) || char.IsWhiteSpace(c)) ? text : Convert.ToHexString(payload.AsSpan(0, Math.Min(payload.Length, LongestSample / 2)));
    }
}
