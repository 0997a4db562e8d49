using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeGateway.Hosting;

/// <summary>The same notices through Microsoft.Extensions.Hosting.Systemd, for the nuget dependency set.</summary>
public sealed class ServiceNotifier : IDisposable
{
    private readonly SystemdNotifier notifier = new();
    private readonly TimeProvider time;

    public ServiceNotifier(TimeProvider time)
    {
        this.time = time;
        if (notifier.IsEnabled
            && long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds > 0)
        {
            WatchdogInterval = TimeSpan.FromMicroseconds(microseconds / 2);
        }
    }

    /// <summary>How often <see cref="Watchdog"/> is due: half of what the unit allows; null without a watchdog.</summary>
    public TimeSpan? WatchdogInterval { get; }

    public bool IsEnabled => notifier.IsEnabled;

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    public void Reloading() => Send(string.Create(
        CultureInfo.InvariantCulture,
        $"RELOADING=1\nMONOTONIC_USEC={(long)(time.GetTimestamp() * (1_000_000.0 / time.TimestampFrequency))}"));

    public void Stopping() => Send("STOPPING=1");

    public void Watchdog() => Send("WATCHDOG=1");

    public void Status(string status) => Send("STATUS=" + status);

    public void Dispose()
    {
    }

    private void Send(string state) => notifier.Notify(new ServiceState(state));
}
