using System.Text.Json.Nodes;

namespace EdgeGateway.Testing;

/// <summary>Changes one field of a record as faulty or newer writers do: left out, added, of another type, out of bounds.</summary>
public static class JsonMutation
{
    public static void Apply(JsonObject record, Random random)
    {
        var fields = record.Select(field => field.Key).ToList();
        var name = fields[random.Next(fields.Count)];
        if (record[name] is JsonArray { Count: > 0 } array && array[random.Next(array.Count)] is JsonObject inner && random.Next(4) > 0)
        {
            Apply(inner, random);
            return;
        }

        JsonNode?[] others =
        [
            null, true, false, 0, -1, 1, 0.5, 91, 181, 2001, -274, 1e9 + 1, 70_000, "", "x", "a/b", "tab\t", new string('y', 129), new string('z', 513),
            "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+02:00", "2026-01-02T03:04:05", "1969-01-02T03:04:05Z", "2026-13-02T03:04:05Z", "2201-01-02T03:04:05.678Z", "9999-12-31T23:59:59.999Z", "transferred", "counted",
            new JsonObject(), new JsonArray(), new JsonArray(1),
        ];
        switch (random.Next(4))
        {
            case 0:
                record.Remove(name);
                break;
            case 1:
                record[name + "X"] = others[random.Next(others.Length)];
                break;
            default:
                record[name] = others[random.Next(others.Length)];
                break;
        }
    }
}
