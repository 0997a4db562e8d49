using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EdgeGateway.Agent.Intake;
using EdgeGateway.Contracts;

namespace EdgeGateway.Agent.Web;

/// <summary>How the API writes JSON: camelCase, absent keys instead of nulls, times and clock qualities as on the wire.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new TimestampConverter());
        options.Converters.Add(new ClockConverter());
        return options;
    }

    /// <summary>A device's status with what was refused of it.</summary>
    public static JsonObject Device(DeviceIntake device)
    {
        var json = JsonSerializer.SerializeToNode(device.Status(), Options)!.AsObject();
        json["lastRefusals"] = JsonSerializer.SerializeToNode(device.LastRefusals(), Options);
        return json;
    }
}
