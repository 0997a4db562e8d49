using System.Net;
using System.Net.Sockets;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>A broker that sends what a test tells it to, which may be rubbish; for what no real one does on request.</summary>
internal sealed class FakeBroker : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<int, NetworkStream, CancellationToken, Task> serve;
    private readonly Task accepting;

    /// <param name="serve">Called with the number of the connection, from 1; the connection is closed when it is done.</param>
    public FakeBroker(Func<int, NetworkStream, CancellationToken, Task> serve)
    {
        this.serve = serve;
        listener.Start();
        accepting = AcceptAsync();
    }

    public static byte[] ConnAck5 => [0x20, 3, 0, 0, 0];

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Reads a packet: its first byte and its body.</summary>
    public static async Task<(byte First, byte[] Body)> Read(NetworkStream stream, CancellationToken cancel)
    {
        var single = new byte[1];
        await stream.ReadExactlyAsync(single, cancel);
        var first = single[0];
        int length = 0, shift = 0;
        do
        {
            await stream.ReadExactlyAsync(single, cancel);
            length |= (single[0] & 0x7F) << shift;
            shift += 7;
        }
        while (single[0] >= 0x80);
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancel);
        return (first, body);
    }

    /// <summary>Takes CONNECT, consents, and takes the one SUBSCRIBE of the client under test.</summary>
    public static async Task Welcome(NetworkStream stream, CancellationToken cancel)
    {
        await Read(stream, cancel);
        await stream.WriteAsync(ConnAck5, cancel);
        var (_, body) = await Read(stream, cancel);
        await stream.WriteAsync(new byte[] { 0x90, 4, body[0], body[1], 0, 2 }, cancel);
    }

    /// <summary>A PUBLISH of MQTT 5 to topic "a" with a payload of one letter.</summary>
    public static byte[] Publish(int qos, ushort id, char payload, bool duplicate = false) => qos == 0
        ? [0x30, 5, 0, 1, (byte)'a', 0, (byte)payload]
        : [(byte)(0x30 | (qos << 1) | (duplicate ? 8 : 0)), 7, 0, 1, (byte)'a', (byte)(id >> 8), (byte)id, 0, (byte)payload];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (var number = 1; ; number++)
        {
            var client = await listener.AcceptTcpClientAsync(stop.Token);
            client.NoDelay = true;
            _ = ServeAsync(number, client);
        }
    }

    private async Task ServeAsync(int number, TcpClient client)
    {
        using (client)
        {
            try
            {
                await serve(number, client.GetStream(), stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client hung up first.
            }
        }
    }
}
