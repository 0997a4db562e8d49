using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests;

/// <summary>The network between a driver and what it talks to, to be cut (by hanging up, or by letting nothing through) and listened to.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<TcpClient> clients = [];
    private readonly int target;
    private readonly Task accepting;
    private volatile bool frozen;

    public TcpProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Called with what the target says, before it is passed on.</summary>
    public Action<ReadOnlyMemory<byte>>? Heard { get; init; }

    /// <summary>Closes every connection; new ones are let through.</summary>
    public void HangUp()
    {
        while (clients.TryTake(out var client))
        {
            client.Dispose();
        }
    }

    /// <summary>From now on bytes are swallowed, and connections are taken but lead nowhere, as behind a cut cable.</summary>
    public void Freeze() => frozen = true;

    /// <summary>New connections are let through; those that lost bytes are closed.</summary>
    public void Thaw()
    {
        frozen = false;
        HangUp();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        HangUp();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var near = await listener.AcceptTcpClientAsync(stop.Token);
            clients.Add(near);
            var far = await Eventually.Value(ConnectAsync, $"somebody listens on port {target}");
            clients.Add(far);
            _ = PumpAsync(near, far, null);
            _ = PumpAsync(far, near, Heard);
        }
    }

    // The target may come later than its first client.
    private async Task<TcpClient?> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, target, stop.Token);
            return client;
        }
        catch (SocketException)
        {
            client.Dispose();
            return null;
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Action<ReadOnlyMemory<byte>>? heard)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            {
                if (!frozen)
                {
                    heard?.Invoke(buffer.AsMemory(0, count));
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side hung up: so does the other.
        }

        from.Dispose();
        to.Dispose();
    }
}
