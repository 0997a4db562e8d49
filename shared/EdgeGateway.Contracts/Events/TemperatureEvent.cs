using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>One sample of a probe: degrees or a fault, never both.</summary>
public sealed record TemperatureEvent : GatewayEvent
{
    /// <summary>Absolute zero, °C.</summary>
    public const double MinCelsius = -273.15;

    /// <summary>Above what any probe in a warehouse can measure, °C.</summary>
    public const double MaxCelsius = 2000;

    public TemperatureEvent()
    {
    }

    [SetsRequiredMembers]
    private TemperatureEvent(in EventHead head)
        : base(head)
    {
    }

    /// <summary>°C; null when <see cref="Fault"/> says why there is none.</summary>
    public double? Celsius { get; init; }

    /// <summary>Why the probe gave no reading, for example <c>crc</c> or <c>power-on value</c>; cut to 512 characters.</summary>
    public string? Fault { get; init => field = JsonFields.Cut(value); }

    /// <summary>Relative, 0 to 100 %.</summary>
    public double? Humidity { get; init; }

    /// <summary>Charge, 0 to 100 %.</summary>
    public double? Battery { get; init; }

    /// <summary>Name of the profile whose rules judge this probe.</summary>
    public string? Profile { get; init; }

    /// <summary>
    /// While the door to what the probe measures stands open: since when. It rides with the sample so that every
    /// reader of the sample judges the door grace alike, whenever the door's own event reaches it.
    /// </summary>
    public DateTimeOffset? DoorOpenSince { get; init; }

    public override EventFamily Family => EventFamily.Temperature;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumberIfSet("celsius"u8, Celsius);
        json.WriteStringIfSet("fault"u8, Fault);
        json.WriteNumberIfSet("humidity"u8, Humidity);
        json.WriteNumberIfSet("battery"u8, Battery);
        json.WriteStringIfSet("profile"u8, Profile);
        json.WriteTimeIfSet("doorOpenSince"u8, DoorOpenSince);
    }

    internal static TemperatureEvent Read(scoped ref RecordReader json)
    {
        HeadFields head = default;
        double? celsius = null, humidity = null, battery = null;
        string? fault = null, profile = null;
        DateTimeOffset? doorOpenSince = null;
        while (json.Next())
        {
            switch (json.Name.Length)
            {
                case 7 when json.Is("celsius"u8):
                    celsius = json.Number(MinCelsius, MaxCelsius);
                    break;
                case 5 when json.Is("fault"u8):
                    fault = json.Text();
                    break;
                case 8 when json.Is("humidity"u8):
                    humidity = json.Number(0, 100);
                    break;
                case 7 when json.Is("battery"u8):
                    battery = json.Number(0, 100);
                    break;
                case 7 when json.Is("profile"u8):
                    profile = json.Text();
                    break;
                case 13 when json.Is("doorOpenSince"u8):
                    doorOpenSince = json.Time();
                    break;
                default:
                    head.Read(ref json);
                    break;
            }
        }

        if (celsius is null == fault is null)
        {
            throw new FormatException(celsius is null ? "celsius is missing, and so is fault" : "celsius and fault exclude each other");
        }

        return new TemperatureEvent(head.ToHead())
        {
            Celsius = celsius,
            Fault = fault,
            Humidity = humidity,
            Battery = battery,
            Profile = profile,
            DoorOpenSince = doorOpenSince,
        };
    }
}
