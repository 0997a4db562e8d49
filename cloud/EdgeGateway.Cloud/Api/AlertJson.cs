using System.Text.Json.Nodes;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Api;

/// <summary>An alert as the API shows it: as on its topic, with the audit trail where asked for.</summary>
public static class AlertJson
{
    public static JsonNode Of(Alert alert, IReadOnlyList<AuditRow>? audit)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>(512);
        alert.Write(bytes);
        var json = JsonNode.Parse(bytes.WrittenSpan)!;
        if (audit is not null)
        {
            json["audit"] = new JsonArray([.. audit.Select(Of)]);
        }

        return json;
    }

    private static JsonNode Of(AuditRow entry) => new JsonObject
    {
        ["at"] = JsonTime.Of(entry.At),
        ["by"] = entry.By,
        ["change"] = entry.Change,
        ["old"] = entry.Old,
        ["new"] = entry.New,
        ["note"] = entry.Note,
    };
}
