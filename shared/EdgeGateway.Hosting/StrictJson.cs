using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EdgeGateway.Contracts;

namespace EdgeGateway.Hosting;

/// <summary>
/// Reads configuration and finds every mistake at once: an unknown or doubled key, a wrong type, a missing value, a bad
/// duration. System.Text.Json stops at the first, and a technician in a cold room should not have to try again for the next.
/// Keys are camelCase and case counts. Types are records with a parameterless constructor; <c>required</c> and nullability
/// are taken from the declaration; lists are <see cref="IReadOnlyList{T}"/>, maps <see cref="IReadOnlyDictionary{TKey,TValue}"/>
/// by string; a <see cref="TimeSpan"/> is written "30s", "15m", "24h" or "7d".
/// </summary>
public sealed class StrictJson
{
    private const int MaxDepth = 32;

    private static readonly NullabilityInfoContext Nullability = new();

    private readonly List<Mistake> mistakes;
    private readonly Func<Type, JsonElement, string, List<Mistake>, Type?>? choose;

    private StrictJson(List<Mistake> mistakes, Func<Type, JsonElement, string, List<Mistake>, Type?>? choose)
    {
        this.mistakes = mistakes;
        this.choose = choose;
    }

    /// <summary>Reads <paramref name="json"/>; the result may only be used when no mistake was added.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="mistakes">Receives what is wrong.</param>
    /// <param name="choose">For an abstract type: which type this object is of, or null after adding a mistake.</param>
    public static T? Read<T>(ReadOnlyMemory<byte> json, List<Mistake> mistakes, Func<Type, JsonElement, string, List<Mistake>, Type?>? choose = null)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return (T?)new StrictJson(mistakes, choose).Value(document.RootElement, typeof(T), "$");
        }
        catch (JsonException e)
        {
            mistakes.Add(new Mistake("$", $"is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {Reason(e)}"));
            return null;
        }
    }

    private static string Reason(JsonException e) => e.Message.Split(" LineNumber:", 2)[0];

    private object? Value(JsonElement json, Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString() : Wrong(json, path, "a string");
        }

        if (type == typeof(bool))
        {
            return json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : Wrong(json, path, "true or false");
        }

        if (type == typeof(int))
        {
            return json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) ? number : Wrong(json, path, "a whole number");
        }

        if (type == typeof(long))
        {
            return json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var number) ? number : Wrong(json, path, "a whole number");
        }

        if (type == typeof(double))
        {
            return json.ValueKind == JsonValueKind.Number && double.IsFinite(json.GetDouble()) ? json.GetDouble() : Wrong(json, path, "a number");
        }

        if (type == typeof(TimeSpan))
        {
            return json.ValueKind == JsonValueKind.String && Duration.TryParse(json.GetString(), out var duration)
                ? duration
                : Wrong(json, path, "a duration such as \"30s\", \"15m\", \"24h\" or \"7d\"");
        }

        if (type.IsEnum)
        {
            return EnumValue(json, type, path);
        }

        if (type == typeof(JsonElement))
        {
            return json.Clone();
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return ListValue(json, type.GetGenericArguments()[0], path);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            return MapValue(json, type.GetGenericArguments()[1], path);
        }

        return ObjectValue(json, type, path);
    }

    private object? EnumValue(JsonElement json, Type type, string path)
    {
        var names = Enum.GetNames(type);
        var text = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        var name = Array.Find(names, candidate => JsonNamingPolicy.CamelCase.ConvertName(candidate) == text);
        return name is null
            ? Wrong(json, path, "one of " + string.Join(", ", names.Select(JsonNamingPolicy.CamelCase.ConvertName)))
            : Enum.Parse(type, name);
    }

    private object? ListValue(JsonElement json, Type itemType, string path)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return Wrong(json, path, "a list");
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType))!;
        var index = 0;
        foreach (var item in json.EnumerateArray())
        {
            if (Value(item, itemType, $"{path}[{index++}]") is { } value)
            {
                list.Add(value);
            }
        }

        return list;
    }

    private object? MapValue(JsonElement json, Type valueType, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Wrong(json, path, "an object");
        }

        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType))!;
        foreach (var property in json.EnumerateObject())
        {
            var at = $"{path}.{property.Name}";
            if (map.Contains(property.Name))
            {
                mistakes.Add(new Mistake(at, "stands twice"));
            }
            else if (Value(property.Value, valueType, at) is { } value)
            {
                map.Add(property.Name, value);
            }
        }

        return map;
    }

    private object? ObjectValue(JsonElement json, Type type, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Wrong(json, path, "an object");
        }

        if (type.IsAbstract)
        {
            var chosen = choose?.Invoke(type, json, path, mistakes);
            if (chosen is null)
            {
                return null;
            }

            type = chosen;
        }

        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name), StringComparer.Ordinal);
        var target = Activator.CreateInstance(type)!;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var at = $"{path}.{member.Name}";
            if (!properties.TryGetValue(member.Name, out var property))
            {
                mistakes.Add(new Mistake(at, "is not a known key; known here: " + string.Join(", ", properties.Keys.Order(StringComparer.Ordinal))));
            }
            else if (!seen.Add(member.Name))
            {
                mistakes.Add(new Mistake(at, "stands twice"));
            }
            else if (member.Value.ValueKind == JsonValueKind.Null)
            {
                if (!MayBeNull(property))
                {
                    mistakes.Add(new Mistake(at, "may not be null"));
                }
            }
            else if (Value(member.Value, property.PropertyType, at) is { } value)
            {
                property.SetValue(target, value);
            }
        }

        foreach (var (name, property) in properties)
        {
            if (!seen.Contains(name) && property.IsDefined(typeof(RequiredMemberAttribute)))
            {
                mistakes.Add(new Mistake($"{path}.{name}", "is missing"));
            }
        }

        return target;
    }

    private static bool MayBeNull(PropertyInfo property)
    {
        // NullabilityInfoContext is not safe for concurrent use.
        lock (Nullability)
        {
            return Nullability.Create(property).WriteState == NullabilityState.Nullable;
        }
    }

    private object? Wrong(JsonElement json, string path, string expected)
    {
        var found = json.GetRawText();
        mistakes.Add(new Mistake(path, $"must be {expected}, not {(found.Length <= 40 ? found : found[..40] + "…")}"));
        return null;
    }
}
