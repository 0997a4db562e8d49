using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Llrp;

/// <summary>A fixed RFID reader that speaks LLRP.</summary>
public sealed record LlrpSettings : DeviceSettings
{
    /// <summary>Port that readers listen on.</summary>
    public const int UsualPort = 5084;

    private static readonly string[] Passages = ["receiving", "shipping", "shelf"];

    /// <summary>Host, or host:port where it is not 5084.</summary>
    public required string Address { get; init; }

    /// <summary>Where it stands, for example <c>dock-1</c>.</summary>
    public required string Zone { get; init; }

    /// <summary><c>receiving</c>, <c>shipping</c> or <c>shelf</c>.</summary>
    public required string Passage { get; init; }

    /// <summary>Zones of antennas 1, 2, … from the outside in, for a portal that tells in from out; null for one zone.</summary>
    public IReadOnlyList<string>? AntennaZones { get; init; }

    /// <summary>Ports to read with, from 1; null for all.</summary>
    public IReadOnlyList<int>? Antennas { get; init; }

    /// <summary>Transmit power, -10 to 36 dBm; the reader's nearest step not above it is taken. Null for the reader's own.</summary>
    public double? PowerDbm { get; init; }

    public override EventFamily Family => EventFamily.Tags;

    public override ReaderPlace Place => new(Zone, Passage) { AntennaZones = AntennaZones };

    public override IEnumerable<(string Path, string Message)> Check()
    {
        if (!NetworkAddress.TryParse(Address, UsualPort, out _))
        {
            yield return ("address", "must be host or host:port, like 192.168.7.2");
        }

        if (Zone.Length is 0 or > 64)
        {
            yield return ("zone", "must name the place, in at most 64 characters");
        }

        if (!Passages.Contains(Passage))
        {
            yield return ("passage", "must be receiving, shipping or shelf");
        }

        if (ReaderPlace.MistakeInAntennaZones(AntennaZones) is { } zonesMistake)
        {
            yield return ("antennaZones", zonesMistake);
        }

        if (Antennas is not null && (Antennas.Count is 0 or > 64 || Antennas.Any(port => port is < 1 or > 255)))
        {
            yield return ("antennas", "must be 1 to 64 ports between 1 and 255; leave it out for all");
        }

        if (PowerDbm is not (null or (>= -10 and <= 36)))
        {
            yield return ("powerDbm", "must be between -10 and 36");
        }
    }
}
