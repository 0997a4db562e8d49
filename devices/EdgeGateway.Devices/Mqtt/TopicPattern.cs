using System.Buffers;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// The topic of a configuration: a topic filter in which one level may be <c>{device}</c>. That level is then the id
/// of the device each message is from, with colons as dashes.
/// </summary>
internal sealed class TopicPattern
{
    private const string Wildcard = "{device}";

    /// <summary>Devices one pattern may stand for; topics invented without end must not fill the memory.</summary>
    private const int MaxDevices = 10_000;

    private const int MaxIdLength = 64;

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    private readonly Dictionary<string, string> devices = new(StringComparer.Ordinal);
    private readonly string entryId;
    private readonly int deviceLevel;

    public TopicPattern(string topic, string id)
    {
        entryId = id;
        deviceLevel = Array.IndexOf(topic.Split('/'), Wildcard);
        Filter = topic.Replace(Wildcard, "+", StringComparison.Ordinal);
    }

    /// <summary>What to subscribe to.</summary>
    public string Filter { get; }

    /// <summary>Null when the topic may stand in a configuration, else what is wrong with it.</summary>
    public static string? Mistake(string topic)
    {
        var levels = topic.Split('/');
        if (levels.Count(level => level == Wildcard) > 1)
        {
            return "{device} may stand only once";
        }

        return levels.Any(level => level.Contains(Wildcard, StringComparison.Ordinal) && level != Wildcard)
            ? "{device} stands alone between slashes, as in zigbee2mqtt/{device}"
            : TopicFilter.Mistake(topic.Replace(Wildcard, "+", StringComparison.Ordinal));
    }

    /// <summary>The device a message on <paramref name="topic"/> is from.</summary>
    /// <returns>False when the topic names none; <paramref name="device"/> is then the id of the configuration entry.</returns>
    public bool TryGetDevice(string topic, out string device, out string? refusal)
    {
        refusal = null;
        device = entryId;
        if (deviceLevel < 0)
        {
            return true;
        }

        if (devices.TryGetValue(topic, out var known))
        {
            device = known;
            return true;
        }

        // Bluetooth addresses, as Ruuvi names its tags, are written with colons.
        var level = Level(topic, deviceLevel).ToString().Replace(':', '-');
        if (level.Length is 0 or > MaxIdLength || level.AsSpan().ContainsAnyExcept(IdCharacters))
        {
            refusal = $"'{Shorten(level)}' in the topic is no device id: letters, digits, dot, dash, underscore and colon, at most {MaxIdLength}";
            return false;
        }

        if (devices.Count >= MaxDevices)
        {
            refusal = $"more than {MaxDevices} topics match '{Filter}'";
            return false;
        }

        device = level;
        devices.Add(topic, device);
        return true;
    }

    /// <summary>A level of a topic, counted from 0; empty when there is none.</summary>
    public static ReadOnlySpan<char> Level(ReadOnlySpan<char> topic, int index)
    {
        foreach (var range in topic.Split('/'))
        {
            if (index-- == 0)
            {
                return topic[range];
            }
        }

        return [];
    }

    private static string Shorten(string text) => text.Length <= MaxIdLength ? text : $"{text[..MaxIdLength]}…";
}
