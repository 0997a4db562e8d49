using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeGateway.Testing;

/// <summary>Checks values against the part of JSON Schema 2020-12 that our schemas use; any other keyword fails, so none is passed over.</summary>
public static class JsonSchema
{
    /// <summary>What is wrong with a value, as path and keyword; empty when the schema takes it.</summary>
    public static List<string> Mistakes(JsonElement schema, JsonElement value, string path = "$")
    {
        var mistakes = new List<string>();
        foreach (var keyword in schema.EnumerateObject())
        {
            if (!Holds(schema, keyword, value, path, mistakes))
            {
                mistakes.Add($"{path}: {keyword.Name}");
            }
        }

        return mistakes;
    }

    private static bool Holds(JsonElement schema, JsonProperty keyword, JsonElement value, string path, List<string> mistakes)
    {
        var rule = keyword.Value;
        switch (keyword.Name)
        {
            case "$schema" or "$id" or "title" or "description" or "then" or "else":
                return true;
            case "type":
                return rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Any(type => IsType(type, value)) : IsType(rule, value);
            case "enum":
                return rule.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value));
            case "const":
                return JsonElement.DeepEquals(rule, value);
            case "minimum":
                return value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.GetDouble();
            case "maximum":
                return value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.GetDouble();
            case "minLength":
                return value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.GetInt32();
            case "maxLength":
                return value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= rule.GetInt32();
            case "pattern":
                return value.ValueKind != JsonValueKind.String
                    || Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1));
            case "format":
                if (rule.GetString() != "date-time")
                {
                    throw new NotSupportedException($"The format {rule} at {path} is not checked.");
                }

                return value.ValueKind != JsonValueKind.String
                    || (DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _) && Regex.IsMatch(value.GetString()!, @"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$", RegexOptions.ECMAScript, TimeSpan.FromSeconds(1)));
            case "required":
                return value.ValueKind != JsonValueKind.Object || rule.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _));
            case "properties":
                foreach (var property in rule.EnumerateObject())
                {
                    if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(property.Name, out var inner))
                    {
                        mistakes.AddRange(Mistakes(property.Value, inner, $"{path}.{property.Name}"));
                    }
                }

                return true;
            case "items":
                for (var i = 0; value.ValueKind == JsonValueKind.Array && i < value.GetArrayLength(); i++)
                {
                    mistakes.AddRange(Mistakes(rule, value[i], $"{path}[{i}]"));
                }

                return true;
            case "oneOf":
                return rule.EnumerateArray().Count(one => Mistakes(one, value).Count == 0) == 1;
            case "allOf":
                foreach (var one in rule.EnumerateArray())
                {
                    mistakes.AddRange(Mistakes(one, value, path));
                }

                return true;
            case "if":
                var branch = Mistakes(rule, value).Count == 0 ? "then" : "else";
                return !schema.TryGetProperty(branch, out var follows) || Mistakes(follows, value).Count == 0;
            default:
                throw new NotSupportedException($"The keyword {keyword.Name} at {path} is not checked.");
        }
    }

    private static bool IsType(JsonElement type, JsonElement value) => type.GetString() switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        var other => throw new NotSupportedException($"The type {other} is not checked."),
    };
}
