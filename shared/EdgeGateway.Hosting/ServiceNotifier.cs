using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EdgeGateway.Hosting;

/// <summary>
/// Tells systemd how the service is (sd_notify(3)): one datagram of VARIABLE=VALUE lines to the socket that
/// <c>NOTIFY_SOCKET</c> names. Without that variable nothing is sent.
/// </summary>
public sealed class ServiceNotifier : IDisposable
{
    private readonly Socket? socket;
    private readonly TimeProvider time;

    /// <summary>Reads <c>NOTIFY_SOCKET</c> and <c>WATCHDOG_USEC</c> from the environment.</summary>
    public ServiceNotifier(TimeProvider time)
        : this(time, Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Environment.GetEnvironmentVariable("WATCHDOG_USEC"))
    {
    }

    /// <param name="time">Dates the reload notice from its monotonic clock.</param>
    /// <param name="address">Path of the socket; a leading <c>@</c> means the abstract namespace.</param>
    /// <param name="watchdogMicroseconds">Longest silence systemd accepts.</param>
    public ServiceNotifier(TimeProvider time, string? address, string? watchdogMicroseconds)
    {
        this.time = time;
        if (string.IsNullOrEmpty(address))
        {
            return;
        }

        socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = 1_000 };
        socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
        if (long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0)
        {
            WatchdogInterval = TimeSpan.FromMicroseconds(microseconds / 2);
        }
    }

    /// <summary>How often <see cref="Watchdog"/> is due: half of what the unit allows; null without a watchdog.</summary>
    public TimeSpan? WatchdogInterval { get; }

    public bool IsEnabled => socket is not null;

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>Follow with <see cref="Ready"/> once the new configuration is in force.</summary>
    public void Reloading() => Send(string.Create(
        CultureInfo.InvariantCulture,
        $"RELOADING=1\nMONOTONIC_USEC={(long)(time.GetTimestamp() * (1_000_000.0 / time.TimestampFrequency))}"));

    public void Stopping() => Send("STOPPING=1");

    public void Watchdog() => Send("WATCHDOG=1");

    public void Status(string status) => Send("STATUS=" + status);

    public void Dispose() => socket?.Dispose();

    private void Send(string state) => socket?.Send(Encoding.UTF8.GetBytes(state));
}
