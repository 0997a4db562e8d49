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

    /// <summary>Name of the zone that <see cref="Change"/> is about.</summary>
    public string? Zone { get; init; }

    /// <summary>What the vehicle did at the zone here; null for a position that is only that.</summary>
    public ZoneChange? Change { get; init; }

    /// <summary>How long it had been in the zone by then; null on entering, and where nobody knows.</summary>
    public TimeSpan? Inside { get; init; }

    public override EventFamily Family => EventFamily.Position;

    public override string Key => Gateway;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("latitude"u8, Latitude);
        json.WriteNumber("longitude"u8, Longitude);
        json.WriteNumberIfSet("accuracyMetres"u8, AccuracyMetres);
        json.WriteNumberIfSet("speedMetresPerSecond"u8, SpeedMetresPerSecond);
        json.WriteNumberIfSet("courseDegrees"u8, CourseDegrees);
        if (Change is { } change)
        {
            json.WriteString("zone"u8, Zone);
            json.WriteString("change"u8, change switch
            {
                ZoneChange.Entered => "entered"u8,
                ZoneChange.Dwelled => "dwelled"u8,
                _ => "left"u8,
            });
            json.WriteNumberIfSet("insideSeconds"u8, Inside?.TotalSeconds);
        }
    }

    internal static PositionEvent Read(scoped ref RecordReader json)
    {
        HeadFields head = default;
        double? latitude = null, longitude = null, accuracy = null, speed = null, course = null, inside = null;
        string? zone = null;
        ZoneChange? change = null;
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
                case "zone":
                    zone = json.Text();
                    break;
                case "change":
                    change = json.OneOf("entered", "dwelled", "left") switch
                    {
                        "entered" => ZoneChange.Entered,
                        "dwelled" => ZoneChange.Dwelled,
                        _ => ZoneChange.Left,
                    };
                    break;
                case "insideSeconds":
                    inside = json.Number(0, 1e10);
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
            Zone = zone,
            Change = change,
            Inside = inside is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }
}
