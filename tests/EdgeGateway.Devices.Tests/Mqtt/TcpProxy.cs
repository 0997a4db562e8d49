using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>The network between client and broker, to be cut: by hanging up, or by letting nothing through.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _frozen;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Closes every connection; new ones are let through.</summary>
    public void HangUp()
    {
        while (_clients.TryTake(out var client))
        {
            client.Dispose();
        }
    }

    /// <summary>From now on bytes are swallowed, and connections are taken but lead nowhere, as behind a cut cable.</summary>
    public void Freeze() => _frozen = true;

    /// <summary>New connections are let through; those that lost bytes are closed.</summary>
    public void Thaw()
    {
        _frozen = false;
        HangUp();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        HangUp();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var near = await _listener.AcceptTcpClientAsync(_stop.Token);
            var far = new TcpClient { NoDelay = true };
            _clients.Add(near);
            _clients.Add(far);
            await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            _ = PumpAsync(near, far);
            _ = PumpAsync(far, near);
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            {
                if (!_frozen)
                {
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
