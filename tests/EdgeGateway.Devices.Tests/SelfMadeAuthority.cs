using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests;

/// <summary>A certification authority made for one test, and a certificate of it for 127.0.0.1.</summary>
internal sealed class SelfMadeAuthority : IDisposable
{
    private readonly TempFolder folder = new();

    public SelfMadeAuthority()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authorityCertificate = authority.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=127.0.0.1", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using var serverCertificate = server.Create(
            authorityCertificate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));

        AuthorityFile = folder.Write("ca.pem", authorityCertificate.ExportCertificatePem());
        ServerCertificate = folder.Write("server.pem", serverCertificate.ExportCertificatePem());
        ServerKey = folder.Write("server.key", serverKey.ExportECPrivateKeyPem());
    }

    public string AuthorityFile { get; }

    public string ServerCertificate { get; }

    public string ServerKey { get; }

    public void Dispose() => folder.Dispose();
}
