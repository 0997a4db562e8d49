using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>Where a gateway was, WGS 84.</summary>
public sealed record PositionEvent : GatewayEvent
{
    /// <summary>Degrees, -90 to 90, north positive.</summary>
    public required double Latitude { get; init; }

    /// <summary>Degrees, -180 to 180, east positive.</summary>
    public required double Longitude { get; init; }

    /// <summary>Estimated horizontal error, metres.</summary>
    public double? AccuracyMetres { get; init; }

    public double? SpeedMetresPerSecond { get; init; }

    /// <summary>Over ground, degrees from true north, 0 to 360.</summary>
    public double? CourseDegrees { get; init; }

    public override EventFamily Family => EventFamily.Position;

    public override string Key => Gateway;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("latitude"u8, Latitude);
        json.WriteNumber("longitude"u8, Longitude);
        json.WriteNumberIfSet("accuracyMetres"u8, AccuracyMetres);
        json.WriteNumberIfSet("speedMetresPerSecond"u8, SpeedMetresPerSecond);
        json.WriteNumberIfSet("courseDegrees"u8, CourseDegrees);
    }
}
