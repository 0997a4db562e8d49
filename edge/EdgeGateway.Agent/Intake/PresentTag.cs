using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;

namespace EdgeGateway.Agent.Intake;

/// <summary>Where a tag was when it last arrived or moved.</summary>
internal sealed record PresentTag(
    [property: JsonPropertyName("d")] string Device, [property: JsonPropertyName("z")] string Zone,
    [property: JsonPropertyName("p")] string Passage, [property: JsonPropertyName("t")] long ObservedMs)
{
    public static Note NoteOf(TagEvent change) => new(
        change.Hex,
        change.Change == TagChange.Departed
            ? null
            : JsonSerializer.Serialize(new PresentTag(change.Device, change.Zone, change.Passage, change.ObservedAt.ToUnixTimeMilliseconds())));

    /// <summary>Null when damage left something else there.</summary>
    public static PresentTag? Read(Note note)
    {
        try
        {
            return JsonSerializer.Deserialize<PresentTag>(note.Value ?? "null");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
