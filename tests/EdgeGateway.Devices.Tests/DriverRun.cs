using EdgeGateway.Devices.Kernel;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Devices.Tests;

/// <summary>A driver at work on a made-up tree, with a clock that waiting moves on.</summary>
internal sealed class DriverRun : IAsyncDisposable
{
    // Minutes of a driver's clock take seconds here, and longer on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    private DriverRun(DeviceSettings settings, DriverHost host, ManualTime? manual)
    {
        Manual = manual;
        Host = host;
        running = DriverRegistry.All[settings.Driver].Create(settings, host).RunAsync(Sink, stop.Token);
    }

    public RecordingSink Sink { get; } = new();

    public DriverHost Host { get; }

    /// <summary>The clock, or null when the driver runs on the real one.</summary>
    public ManualTime? Manual { get; }

    /// <summary>Starts the driver that the settings name, on a clock of its own.</summary>
    public static DriverRun Start(DeviceSettings settings, string root = "/", IKernel? kernel = null, IMessageBus? bus = null)
    {
        var time = new ManualTime();
        var host = HostOf(root, time);
        return new DriverRun(settings, host with { Kernel = kernel ?? host.Kernel, Bus = bus ?? host.Bus }, time);
    }

    /// <summary>Starts it on the real clock, for devices that have one of their own.</summary>
    public static DriverRun StartOnRealClock(DeviceSettings settings, string root = "/", Action<DateTimeOffset>? gpsTime = null) =>
        new(settings, HostOf(root, TimeProvider.System, gpsTime), null);

    public static DriverHost HostOf(string root, TimeProvider time, Action<DateTimeOffset>? gpsTime = null) => new()
    {
        Logs = NullLoggerFactory.Instance,
        Time = time,
        Bus = new SilentBus(),
        Root = root,
        GpsTime = gpsTime,
    };

    /// <summary>Waits for a condition while the driver's clock runs at many times its pace.</summary>
    public Task Until(Func<RecordingSink, bool> condition, string what, TimeSpan? within = null) =>
        Eventually.True(
            () =>
            {
                if (running.IsFaulted)
                {
                    running.GetAwaiter().GetResult();
                }

                if (condition(Sink))
                {
                    return true;
                }

                Manual?.Advance(TimeSpan.FromSeconds(1));
                return false;
            },
            what,
            within ?? Patience);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        stop.Dispose();
    }
}
