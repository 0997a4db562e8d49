using System.Net;
using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Llrp;

/// <summary>A fixed RFID reader that speaks LLRP.</summary>
public sealed record LlrpSettings : DeviceSettings
{
    /// <summary>Port that readers listen on.</summary>
    public const int UsualPort = 5084;

    private static readonly string[] Passages = ["receiving", "shipping", "shelf"];

    /// <summary>Port that readers listen on for TLS.</summary>
    public const int UsualTlsPort = 5085;

    /// <summary>Host, or host:port where it is not 5084 (5085 with TLS). For a reader that calls: the only host that may, null for any.</summary>
    public string? Address { get; init; }

    /// <summary>IP address and port on which the reader calls this gateway, such as <c>0.0.0.0:5084</c>; null where the gateway calls the reader.</summary>
    public string? Listen { get; init; }

    /// <summary>PEM file of certificates that the reader's must be signed by, which turns TLS on; null where the reader needs none.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the gateway's own certificate; where the reader calls, it turns TLS on.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the key to it.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Name in the reader's certificate where it is not the host of its address; null where it is.</summary>
    public string? CertificateName { get; init; }

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

    internal bool IsTls => CaFile is not null || CertificateFile is not null;

    public override EventFamily Family => EventFamily.Tags;

    public override ReaderPlace Place => new(Zone, Passage) { AntennaZones = AntennaZones };

    public override IEnumerable<(string Path, string Message)> Check()
    {
        foreach (var mistake in CheckConnection())
        {
            yield return mistake;
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

    private IEnumerable<(string Path, string Message)> CheckConnection()
    {
        if (Address is null && Listen is null)
        {
            yield return ("address", "is missing: the reader's host, or listen where the reader calls this gateway");
        }
        else if (Address is not null && !NetworkAddress.TryParse(Address, UsualPort, out _))
        {
            yield return ("address", "must be host or host:port, like 192.168.7.2");
        }

        if (Listen is not null && !(NetworkAddress.TryParse(Listen, UsualPort, out var listen) && IPAddress.TryParse(listen.Host, out _)))
        {
            yield return ("listen", "must be an IP address of this gateway with a port, like 0.0.0.0:5084");
        }

        if (CertificateFile is null != KeyFile is null)
        {
            yield return (CertificateFile is null ? "certificateFile" : "keyFile", "is missing: a certificate and its key go together");
        }

        if (Listen is not null && CaFile is not null && CertificateFile is null)
        {
            yield return ("certificateFile", "is missing: for TLS who is called shows a certificate");
        }
        else if (Listen is null && CertificateFile is not null && CaFile is null)
        {
            yield return ("caFile", "is missing: for TLS the reader's certificate must be checked");
        }

        if (CertificateName is not null && (Listen is not null || CaFile is null))
        {
            yield return ("certificateName", "is only for TLS to a reader that the gateway calls");
        }
    }
}
