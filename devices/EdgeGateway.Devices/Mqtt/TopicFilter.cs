using System.Text;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>MQTT topic filters: what they may look like and which topics they stand for.</summary>
public static class TopicFilter
{
    /// <summary>Null when <paramref name="filter"/> may be subscribed to, else what is wrong with it.</summary>
    public static string? Mistake(string filter)
    {
        if (filter.Length == 0 || Encoding.UTF8.GetByteCount(filter) > ushort.MaxValue)
        {
            return "a topic filter has 1 to 65535 bytes";
        }

        if (filter.Contains('\0', StringComparison.Ordinal))
        {
            return "a topic filter holds no NUL character";
        }

        var levels = filter.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            var level = levels[i];
            if (level.Contains('#', StringComparison.Ordinal) && (level.Length > 1 || i < levels.Length - 1))
            {
                return "# stands alone and last, as in a/b/#";
            }

            if (level.Contains('+', StringComparison.Ordinal) && level.Length > 1)
            {
                return "+ stands alone between slashes, as in a/+/c";
            }
        }

        return null;
    }

    /// <summary>True when <paramref name="filter"/> (a valid one) stands for <paramref name="topic"/>.</summary>
    public static bool Matches(ReadOnlySpan<char> filter, ReadOnlySpan<char> topic)
    {
        // Wildcards do not reach the broker's own topics such as $SYS.
        if (topic.StartsWith("$") && !filter.StartsWith("$"))
        {
            return false;
        }

        while (true)
        {
            var filterLevel = TakeLevel(filter, out var filterRest, out var filterEnds);
            if (filterLevel is "#")
            {
                return true;
            }

            var topicLevel = TakeLevel(topic, out var topicRest, out var topicEnds);
            if (filterLevel is not "+" && !filterLevel.SequenceEqual(topicLevel))
            {
                return false;
            }

            if (topicEnds)
            {
                // "a/#" stands for "a" too.
                return filterEnds || filterRest is "#";
            }

            if (filterEnds)
            {
                return false;
            }

            filter = filterRest;
            topic = topicRest;
        }
    }

    private static ReadOnlySpan<char> TakeLevel(ReadOnlySpan<char> path, out ReadOnlySpan<char> rest, out bool last)
    {
        var slash = path.IndexOf('/');
        last = slash < 0;
        rest = last ? [] : path[(slash + 1)..];
        return last ? path : path[..slash];
    }
}
