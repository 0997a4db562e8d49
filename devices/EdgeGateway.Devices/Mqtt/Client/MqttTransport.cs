using System.Net.Sockets;

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
            return options.CaFile is null ? stream : await Tls.ConnectAsync(stream, options.Host, options.CaFile, own: null, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
