using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EdgeGateway.Hosting.Tests;

public sealed class ServiceNotifierTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"notify-{Guid.NewGuid():N}");
    private readonly Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 5_000 };

    public ServiceNotifierTests() => systemd.Bind(new UnixDomainSocketEndPoint(path));

    [Fact]
    public void Ready_carries_a_status()
    {
        using var notifier = Notifier();

        notifier.Ready("2 devices");

        Assert.Equal("READY=1\nSTATUS=2 devices", Receive());
    }

    [Fact]
    public void Reloading_carries_the_monotonic_clock_that_systemd_compares()
    {
        using var notifier = Notifier();

        var before = UptimeMicroseconds();
        notifier.Reloading();
        var after = UptimeMicroseconds();

        var lines = Receive().Split('\n');
        Assert.Equal("RELOADING=1", lines[0]);
        var said = long.Parse(lines[1].Replace("MONOTONIC_USEC=", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        Assert.InRange(said, before, after);
    }

    [Fact]
    public void Stopping_watchdog_and_status_are_said_as_systemd_knows_them()
    {
        using var notifier = Notifier();

        notifier.Stopping();
        notifier.Watchdog();
        notifier.Status("uplink down since 10:00");

        Assert.Equal(["STOPPING=1", "WATCHDOG=1", "STATUS=uplink down since 10:00"], [Receive(), Receive(), Receive()]);
    }

    [Fact]
    public void The_watchdog_is_fed_twice_as_often_as_systemd_asks()
    {
        using var notifier = new ServiceNotifier(TimeProvider.System, path, "30000000");

        Assert.Equal(TimeSpan.FromSeconds(15), notifier.WatchdogInterval);
    }

    [Fact]
    public void Outside_systemd_nothing_is_sent_and_nothing_fails()
    {
        using var notifier = new ServiceNotifier(TimeProvider.System, address: null, watchdogMicroseconds: null);

        notifier.Ready("fine");

        Assert.False(notifier.IsEnabled);
        Assert.Null(notifier.WatchdogInterval);
        Assert.Equal(0, systemd.Available);
    }

    public void Dispose()
    {
        systemd.Dispose();
        File.Delete(path);
    }

    private ServiceNotifier Notifier() => new(TimeProvider.System, path, watchdogMicroseconds: null);

    private static long UptimeMicroseconds() => TimeProvider.System.GetTimestamp() / (TimeProvider.System.TimestampFrequency / 1_000_000);

    private string Receive()
    {
        var buffer = new byte[4_096];
        return Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer));
    }
}
