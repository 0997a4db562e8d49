using System.Net.Sockets;

namespace EdgeGateway.Testing;

/// <summary>A Mosquitto of its own on a port of its own, with persistent sessions that survive a stop and a start.</summary>
public sealed class MosquittoBroker : IDisposable, IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private ChildProcess? process;

    private MosquittoBroker(IEnumerable<string> settings)
    {
        Directory.CreateDirectory(folder["data"]);
        folder.Write("mosquitto.conf", string.Join('\n', (IEnumerable<string>)
        [
            // Started as root it would become a user who cannot read this folder.
            .. Environment.IsPrivilegedProcess ? (string[])["user root"] : [],
            "persistence true",
            $"persistence_location {folder["data"]}/",
            "max_queued_messages 0",
            "max_inflight_messages 1000",
            "allow_anonymous true",
            "set_tcp_nodelay true",
            "log_dest stderr",
            "log_type subscribe",
            "log_type warning",
            "log_type error",
            $"listener {Port} 127.0.0.1",
            .. settings,
        ]) + "\n");
    }

    public static string Host => "127.0.0.1";

    public int Port { get; } = FreePort.Next();

    /// <summary>Starts a broker. <paramref name="settings"/> are further lines of mosquitto.conf, after the listener's.</summary>
    public static async Task<MosquittoBroker> StartNew(params string[] settings)
    {
        var broker = new MosquittoBroker(settings);
        await broker.Start();
        return broker;
    }

    /// <summary>Starts it, again after <see cref="Stop"/> or <see cref="Kill"/>, on the same port with what it had saved.</summary>
    public async Task Start()
    {
        process = ChildProcess.Start(Executable(), ["-c", folder["mosquitto.conf"]]);
        try
        {
            await Eventually.True(
                async () =>
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(Host, Port);
                    return true;
                },
                $"Mosquitto answers on port {Port}");
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"{e.Message} It said: {string.Join(' ', process.Errors)}", e);
        }
    }

    /// <summary>Waits until somebody has subscribed to a topic filter since the last start; before that, messages to it go nowhere.</summary>
    public Task WaitForSubscription(string filter) => process!.WaitForLine(" " + filter);

    /// <summary>SIGTERM: it saves its sessions and queued messages.</summary>
    public async Task Stop()
    {
        process!.Terminate();
        await process.WaitForExit();
        process.Dispose();
        process = null;
    }

    /// <summary>SIGKILL: what it had not saved is gone, as after a power cut.</summary>
    public void Kill()
    {
        process?.Dispose();
        process = null;
    }

    /// <summary>It neither answers nor hangs up until <see cref="Resume"/>, as behind a cut cable.</summary>
    public void Suspend() => process!.Suspend();

    public void Resume() => process!.Resume();

    public void Dispose()
    {
        Kill();
        folder.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    // Debian keeps it in /usr/sbin, which an ordinary user's PATH does not hold.
    private static string Executable() => File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
}
