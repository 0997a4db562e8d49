using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>Opens TCP, with TLS on top when the options name certificates to trust.</summary>
internal static class MqttTransport
{
    public static async Task<Stream> OpenAsync(MqttOptions options, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancel);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return options.CaFile is null ? stream : await SecureAsync(stream, options, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(NetworkStream stream, MqttOptions options, CancellationToken cancel)
    {
        // Read at each attempt, so that a renewed file needs no restart.
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(options.CaFile!);
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(trusted);

        var secure = new SslStream(stream);
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = options.Host, CertificateChainPolicy = policy }, cancel);
        return secure;
    }
}
