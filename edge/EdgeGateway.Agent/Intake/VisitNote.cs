using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices.Zones;

namespace EdgeGateway.Agent.Intake;

/// <summary>
/// The visits of zones that have not ended, as notes in the buffer, each in the commit of the event that told of it: after a
/// restart a vehicle that stands in a zone does not enter it again, and one that left meanwhile leaves.
/// </summary>
internal static class VisitNote
{
    private const string Prefix = "zone/";

    public static Note Of(string device, ZoneVisit visit) => new(
        KeyOf(device, visit.Zone),
        visit.Change == ZoneChange.Left
            ? null
            : JsonSerializer.Serialize(new Value(visit.Since?.ToUnixTimeMilliseconds(), visit.Change == ZoneChange.Dwelled)));

    public static bool IsOne(Note note) => note.Key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The visits of a device that the buffer knows of.</summary>
    /// <exception cref="BufferUnavailableException">The buffer cannot say it now.</exception>
    public static IReadOnlyList<OpenVisit> Read(EventBuffer buffer, string device)
    {
        var ofDevice = KeyOf(device, "");
        var visits = new List<OpenVisit>();
        foreach (var note in buffer.ReadNotes())
        {
            if (note.Key.StartsWith(ofDevice, StringComparison.Ordinal) && Parse(note) is { } value)
            {
                visits.Add(new OpenVisit(
                    note.Key[ofDevice.Length..], value.SinceMs is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null, value.IsDwellTold));
            }
        }

        return visits;
    }

    // Separated by what no name holds.
    private static string KeyOf(string device, string zone) => $"{Prefix}{device}\u001f{zone}";

    /// <summary>Null when damage left something else there.</summary>
    private static Value? Parse(Note note)
    {
        try
        {
            return JsonSerializer.Deserialize<Value>(note.Value ?? "null");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Value([property: JsonPropertyName("s")] long? SinceMs, [property: JsonPropertyName("t")] bool IsDwellTold);
}
