using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Llrp;

/// <summary>Connections to one reader: calls it, or waits for its call; with TLS where the settings name certificates.</summary>
internal sealed class LlrpTransport(LlrpSettings settings, DriverHost host, ILogger log) : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private TcpListener? listener;

    /// <summary>What is tried, for messages.</summary>
    public string What { get; } = settings.Listen is { } listen
        ? $"the reader's call on {listen}"
        : $"the connection to {Address(settings.Address!, settings)}";

    /// <summary>The next connection, which the reader is about to greet on. Waits for a call as long as it takes.</summary>
    /// <exception cref="SocketException">Nobody answers.</exception>
    /// <exception cref="TimeoutException">No connection, or no TLS, within ten seconds.</exception>
    /// <exception cref="LlrpRefusal">A certificate will not do, or the port to be called on is taken.</exception>
    public async Task<Stream> OpenAsync(CancellationToken stop)
    {
        var client = settings.Listen is null ? new TcpClient() : await AnswerAsync(stop);
        try
        {
            using var timeout = new CancellationTokenSource(ConnectTimeout, host.Time);
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
            try
            {
                return await SecureAsync(client, cancel.Token);
            }
            catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
            {
                throw new TimeoutException($"no answer within {ConnectTimeout.TotalSeconds} s", e);
            }
            catch (AuthenticationException e)
            {
                throw new LlrpRefusal($"no TLS with the reader: {e.GetBaseException().Message}; check caFile, certificateName and the certificate in the reader", e);
            }
        }
        catch (Exception e)
        {
            client.Dispose();
            if (e is CryptographicException or UnauthorizedAccessException)
            {
                throw new LlrpRefusal($"cannot use the certificates named in the configuration: {e.Message}", e);
            }

            throw;
        }
    }

    public void Dispose() => listener?.Dispose();

    private static NetworkAddress Address(string text, LlrpSettings settings) =>
        NetworkAddress.TryParse(text, settings.IsTls ? LlrpSettings.UsualTlsPort : LlrpSettings.UsualPort, out var address)
            ? address
            : throw new InvalidOperationException($"{text} is not an address; the configuration check refuses it");

    private async Task<Stream> SecureAsync(TcpClient client, CancellationToken cancel)
    {
        client.NoDelay = true;
        if (settings.Listen is not null)
        {
            return settings.CertificateFile is null
                ? client.GetStream()
                : await Tls.AcceptAsync(client.GetStream(), Own()!, Trusted(), cancel);
        }

        var address = Address(settings.Address!, settings);
        await client.ConnectAsync(address.Host, address.Port, cancel);
        return Trusted() is { } trusted
            ? await Tls.ConnectAsync(client.GetStream(), settings.CertificateName ?? address.Host, trusted, Own(), cancel)
            : client.GetStream();
    }

    private async Task<TcpClient> AnswerAsync(CancellationToken stop)
    {
        listener ??= Listen();
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(stop);
            var isReader = false;
            try
            {
                isReader = await IsTheReaderAsync(client, stop);
            }
            finally
            {
                if (!isReader)
                {
                    log.LogWarning("{Device}: {Caller} called, not the reader {Reader}; it was hung up on", settings.Id, client.Client.RemoteEndPoint, settings.Address);
                    client.Dispose();
                }
            }

            if (isReader)
            {
                return client;
            }
        }
    }

    private async Task<bool> IsTheReaderAsync(TcpClient client, CancellationToken stop)
    {
        if (settings.Address is null || client.Client.RemoteEndPoint is not IPEndPoint caller)
        {
            return settings.Address is null;
        }

        var addresses = await Dns.GetHostAddressesAsync(Address(settings.Address, settings).Host, stop);
        return addresses.Any(address => address.MapToIPv6().Equals(caller.Address.MapToIPv6()));
    }

    private TcpListener Listen()
    {
        var address = Address(settings.Listen!, settings);
        var opened = new TcpListener(IPAddress.Parse(address.Host), address.Port);
        try
        {
            opened.Start(backlog: 1);
            return opened;
        }
        catch (SocketException e)
        {
            opened.Dispose();
            throw new LlrpRefusal($"cannot listen on {address}: {e.Message}; each reader that calls needs a port of its own", e);
        }
    }

    private string? Trusted() => settings.CaFile is { } file ? Existing(file) : null;

    private X509Certificate2? Own()
    {
        if (settings.CertificateFile is not { } certificate || settings.KeyFile is not { } key)
        {
            return null;
        }

        return X509Certificate2.CreateFromPemFile(Existing(certificate), Existing(key));
    }

    private string Existing(string file)
    {
        var path = Path.Combine(host.Folder, file);
        return File.Exists(path) ? path : throw new LlrpRefusal($"there is no file {path}");
    }
}
