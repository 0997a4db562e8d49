using System.Text;
using System.Text.Json;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>
/// The paths of a map as one tree, so that a payload is read once however many values are wanted of it. A path is
/// <c>$</c> followed by <c>.name</c>, <c>['any name']</c> and <c>[index]</c>.
/// </summary>
internal sealed class JsonPaths
{
    private const int MaxSteps = 32;

    private readonly Node root = new();

    public JsonPaths(IReadOnlyDictionary<string, string> map)
    {
        foreach (var (field, path) in ValueMap.FieldsOf(map))
        {
            var node = root;
            foreach (var step in Steps(path) ?? [])
            {
                node = node.Child(step);
            }

            node.Targets.Add((field, path));
        }
    }

    /// <summary>Null when <paramref name="path"/> is one, else what is wrong with it.</summary>
    public static string? Mistake(string path) =>
        Steps(path) is null ? $"'{path}' is no path such as $.a.b[0] or $['a b'] with at most {MaxSteps} steps" : null;

    /// <summary>Takes the value at the reader's place.</summary>
    public void Read(ref Utf8JsonReader reader, MappedValues values, PayloadReadings readings) => Read(ref reader, root, values, readings);

    private static void Read(ref Utf8JsonReader reader, Node node, MappedValues values, PayloadReadings readings)
    {
        if (reader.IsValue())
        {
            foreach (var (field, path) in node.Targets)
            {
                Take(ref reader, field, path, values, readings);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.NextProperty())
            {
                ReadChild(ref reader, node.Find(ref reader), values, readings);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                if (node.Find(index) is { } child)
                {
                    Read(ref reader, child, values, readings);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
    }

    private static void ReadChild(ref Utf8JsonReader reader, Node? child, MappedValues values, PayloadReadings readings)
    {
        if (child is null)
        {
            reader.Skip();
        }
        else
        {
            reader.Read();
            Read(ref reader, child, values, readings);
        }
    }

    private static void Take(ref Utf8JsonReader reader, MappedField field, string path, MappedValues values, PayloadReadings readings)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            if (field == MappedField.Celsius)
            {
                values.SetNoCelsius();
            }

            return;
        }

        if (MappedValues.IsNumber(field))
        {
            values[field] = reader.Number();
            if (values[field] is null)
            {
                readings.Refuse($"the value at {path} is not a number");
            }

            return;
        }

        switch (field)
        {
            case MappedField.ObservedAt when reader.Time() is { } time:
                values.ObservedAt = Times.IfSet(time);
                break;
            case MappedField.ObservedAt:
                readings.Refuse($"the value at {path} is no time: ISO 8601 with a zone, or Unix seconds or milliseconds");
                break;
            case MappedField.Fault:
                values.Fault = FaultOf(ref reader);
                break;
            case MappedField.Hex when reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped:
                values.SetHex(reader.ValueSpan);
                break;
            case MappedField.Active when reader.State() is { } active:
                values.Active = active;
                break;
            default:
                readings.Refuse($"the value at {path} is not {(field == MappedField.Active ? "a state: true or false, on or off, open or closed, 1 or 0" : "hex digits")}");
                break;
        }
    }

    /// <summary>Null while all is well: false, 0, an empty text or "ok".</summary>
    private static string? FaultOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.False => null,
        JsonTokenType.True => "fault",
        JsonTokenType.Number => reader.Number() == 0 ? null : "fault " + reader.Text(),
        _ => reader.ValueSpan.Length == 0 || reader.ValueTextEquals("ok"u8) || reader.ValueTextEquals("OK"u8) ? null : reader.Text(),
    };

    private static List<object>? Steps(string path)
    {
        var rest = path.AsSpan();
        if (!rest.StartsWith("$"))
        {
            return null;
        }

        rest = rest[1..];
        var steps = new List<object>();
        while (!rest.IsEmpty)
        {
            if (steps.Count == MaxSteps || TakeStep(ref rest) is not { } step)
            {
                return null;
            }

            steps.Add(step);
        }

        return steps;
    }

    private static object? TakeStep(ref ReadOnlySpan<char> rest)
    {
        if (rest[0] == '.')
        {
            var end = rest[1..].IndexOfAny('.', '[');
            var name = end < 0 ? rest[1..] : rest.Slice(1, end);
            rest = rest[(1 + name.Length)..];
            return name.IsEmpty ? null : name.ToString();
        }

        var quoted = rest.StartsWith("['");
        var close = rest.IndexOf(quoted ? "']" : "]");
        if (rest[0] != '[' || close < 0)
        {
            return null;
        }

        var inner = quoted ? rest[2..close] : rest[1..close];
        var step = quoted ? inner.ToString() : int.TryParse(inner, System.Globalization.NumberStyles.None, null, out var index) ? index : (object?)null;
        rest = rest[(close + (quoted ? 2 : 1))..];
        return step;
    }

    private sealed class Node
    {
        private readonly List<(byte[] Name, Node Child)> names = [];
        private readonly Dictionary<int, Node> indexes = [];

        public List<(MappedField Field, string Path)> Targets { get; } = [];

        /// <summary>The child for a step, made when it is not there yet.</summary>
        public Node Child(object step)
        {
            if (step is int index)
            {
                return indexes.TryGetValue(index, out var item) ? item : indexes[index] = new Node();
            }

            var name = Encoding.UTF8.GetBytes((string)step);
            var known = names.Find(entry => entry.Name.AsSpan().SequenceEqual(name)).Child;
            if (known is null)
            {
                names.Add((name, known = new Node()));
            }

            return known;
        }

        public Node? Find(int index) => indexes.GetValueOrDefault(index);

        public Node? Find(ref Utf8JsonReader reader)
        {
            foreach (var (name, child) in names)
            {
                if (reader.ValueTextEquals(name))
                {
                    return child;
                }
            }

            return null;
        }
    }
}
