using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>Where a gateway was, WGS 84.</summary>
public sealed record PositionEvent : GatewayEvent
{
    public PositionEvent()
    {
    }

    [SetsRequiredMembers]
    private PositionEvent(in EventHead head)
        : base(head)
    {
    }

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

    internal static PositionEvent Read(ref RecordReader json)
    {
        HeadFields head = default;
        double? latitude = null, longitude = null, accuracy = null, speed = null, course = null;
        while (json.Next())
        {
            switch (json.NameText)
            {
                case "latitude":
                    latitude = json.Number(-90, 90);
                    break;
                case "longitude":
                    longitude = json.Number(-180, 180);
                    break;
                case "accuracyMetres":
                    accuracy = json.Number(0, 1e8);
                    break;
                case "speedMetresPerSecond":
                    speed = json.Number(0, 1e5);
                    break;
                case "courseDegrees":
                    course = json.Number(0, 360);
                    break;
                default:
                    head.Read(ref json);
                    break;
            }
        }

        return new PositionEvent(head.ToHead())
        {
            Latitude = RecordReader.Required(latitude, "latitude"),
            Longitude = RecordReader.Required(longitude, "longitude"),
            AccuracyMetres = accuracy,
            SpeedMetresPerSecond = speed,
            CourseDegrees = course,
        };
    }
}
