using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EdgeGateway.Devices;

/// <summary>TLS with certificates from PEM files. They are read at each connection, so that renewed ones need no restart.</summary>
internal static class Tls
{
    /// <summary>Secures a connection that this side made.</summary>
    /// <param name="stream">The connection; disposed with the result.</param>
    /// <param name="name">What the other side's certificate must name.</param>
    /// <param name="caFile">Certificates to trust.</param>
    /// <param name="own">Shown to the other side when it asks; null for none.</param>
    /// <param name="cancel">Ends the handshake.</param>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate is not to be trusted, or the other side refuses.</exception>
    public static async Task<Stream> ConnectAsync(Stream stream, string name, string caFile, X509Certificate2? own, CancellationToken cancel)
    {
        var secure = new SslStream(stream);
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                CertificateChainPolicy = Trusting(caFile),
                ClientCertificates = own is null ? null : [own],
            },
            cancel);
        return secure;
    }

    /// <summary>Secures a connection that the other side made.</summary>
    /// <param name="stream">The connection; disposed with the result.</param>
    /// <param name="own">Shown to the other side.</param>
    /// <param name="caFile">When set, the other side must have a certificate that these have signed.</param>
    /// <param name="cancel">Ends the handshake.</param>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate is not to be trusted, or the other side refuses.</exception>
    public static async Task<Stream> AcceptAsync(Stream stream, X509Certificate2 own, string? caFile, CancellationToken cancel)
    {
        var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = own,
                ClientCertificateRequired = caFile is not null,
                CertificateChainPolicy = caFile is null ? null : Trusting(caFile),
            },
            cancel);
        return secure;
    }

    private static X509ChainPolicy Trusting(string caFile)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        return policy;
    }
}
