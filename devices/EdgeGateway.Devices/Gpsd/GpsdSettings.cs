using EdgeGateway.Contracts;
using EdgeGateway.Devices.Zones;

namespace EdgeGateway.Devices.Gpsd;

/// <summary>Positions of the GPS receivers that a gpsd serves.</summary>
public sealed record GpsdSettings : DeviceSettings
{
    /// <summary>Port that gpsd listens on unless told otherwise.</summary>
    public const int UsualPort = 2947;

    /// <summary>Where gpsd listens, for example <c>127.0.0.1:2947</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Longest time between two positions while there is a fix, 100 ms to a day.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A position is also taken this many metres from the last one, 1 to 100,000.</summary>
    public double DistanceMetres { get; init; } = 250;

    /// <summary>A position is also taken when the course has changed by this many degrees, 1 to 180.</summary>
    public double TurnDegrees { get; init; } = 15;

    /// <summary>The one receiver to listen to, such as <c>/dev/ttyACM0</c>; null for any, one at a time.</summary>
    public string? Receiver { get; init; }

    /// <summary>Places whose visits are told; null for none.</summary>
    public IReadOnlyList<PositionZone>? Zones { get; init; }

    public override EventFamily Family => EventFamily.Position;

    public override IEnumerable<(string Path, string Message)> Check()
    {
        if (!NetworkAddress.TryParse(Address, UsualPort, out _))
        {
            yield return ("address", "must be host:port, like 127.0.0.1:2947");
        }

        if (PollInterval.Mistake(Every) is { } mistake)
        {
            yield return ("every", mistake);
        }

        if (DistanceMetres is not (>= 1 and <= 100_000))
        {
            yield return ("distanceMetres", "must be between 1 and 100000");
        }

        if (TurnDegrees is not (>= 1 and <= 180))
        {
            yield return ("turnDegrees", "must be between 1 and 180");
        }

        foreach (var mistakeInZones in ZoneCheck.Mistakes(Zones))
        {
            yield return mistakeInZones;
        }
    }
}
