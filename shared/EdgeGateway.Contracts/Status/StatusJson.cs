using System.Text.Json.Serialization;

namespace EdgeGateway.Contracts;

/// <summary>How <see cref="GatewayStatus"/> and its parts are written: camelCase, absent keys instead of nulls, wire times.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TimestampConverter), typeof(ClockConverter)])]
[JsonSerializable(typeof(GatewayStatus))]
internal sealed partial class StatusJson : JsonSerializerContext;
