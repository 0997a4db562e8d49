using EdgeGateway.Devices.Kernel;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Gpio;

/// <summary>Watches one contact: tells its state at the start and then every change, dated by the kernel.</summary>
internal sealed class GpioDriver(GpioSettings settings, DriverHost host) : IDriver
{
    private const int EventsAtOnce = 16;

    private readonly ILogger log = host.Logs.CreateLogger<GpioDriver>();
    private bool? last;

    public async Task RunAsync(IReadingSink sink, CancellationToken stop)
    {
        var backOff = new BackOff();
        while (true)
        {
            string cause;
            try
            {
                await WatchAsync(backOff, sink, stop);
                cause = "the chip was removed";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                cause = e is UnauthorizedAccessException ? e.Message + "; add the gateway's user to the group gpio" : e.Message;
            }

            var wait = backOff.Next();
            sink.Report(settings.Id, DeviceCondition.Unplugged, cause);
            log.LogWarning("{Device}: {Cause}; will be tried again in {Seconds} s", settings.Id, cause, wait.TotalSeconds);
            await Task.Delay(wait, host.Time, stop);
        }
    }

    private async Task WatchAsync(BackOff backOff, IReadingSink sink, CancellationToken stop)
    {
        var kernel = host.Kernel;
        var line = GpioChip.RequestLine(host, settings.Chip, settings.Line, Flags(), settings.Debounce);
        try
        {
            backOff.Reset();
            sink.Report(settings.Id, DeviceCondition.Ok);
            await TellAsync(sink, host.Time.GetUtcNow(), Value(line), stop);

            var events = new byte[EventsAtOnce * GpioUapi.LineEventSize];
            uint number = 0;
            int length;
            while ((length = await kernel.ReadAsync(line, events, stop)) >= GpioUapi.LineEventSize)
            {
                for (var at = 0; at + GpioUapi.LineEventSize <= length; at += GpioUapi.LineEventSize)
                {
                    var edge = GpioUapi.ReadEvent(events.AsSpan(at));
                    if (number != 0 && edge.Number != number + 1)
                    {
                        log.LogWarning("{Device}: {Count} changes came faster than they were taken; the latest state is right",
                            settings.Id, edge.Number - number - 1);
                    }

                    number = edge.Number;
                    await TellAsync(sink, WallClock(edge.MonotonicNanoseconds), edge.Active, stop);
                }
            }
        }
        finally
        {
            kernel.Close(line);
        }
    }

    // Twice the same state means that the edges between were lost: nothing changed that can still be told.
    private async ValueTask TellAsync(IReadingSink sink, DateTimeOffset at, bool active, CancellationToken stop)
    {
        if (active != last)
        {
            await sink.AcceptOrRetry(new InputReading(settings.Id, at, active), host.Time, log, stop);
            last = active;
        }
    }

    private bool Value(int line)
    {
        Span<byte> values = stackalloc byte[GpioUapi.LineValuesSize];
        GpioUapi.WriteValues(values, active: false);
        host.Kernel.Control(line, GpioUapi.GetValues, values);
        return GpioUapi.ReadValue(values);
    }

    private DateTimeOffset WallClock(long monotonicNanoseconds) =>
        host.Time.GetUtcNow() - TimeSpan.FromTicks((host.Kernel.MonotonicNanoseconds - monotonicNanoseconds) / 100);

    private ulong Flags() =>
        GpioUapi.Input | GpioUapi.EdgeRising | GpioUapi.EdgeFalling
        | (settings.ActiveLow ? GpioUapi.ActiveLow : 0)
        | settings.Bias switch
        {
            GpioBias.PullUp => GpioUapi.BiasPullUp,
            GpioBias.PullDown => GpioUapi.BiasPullDown,
            GpioBias.Disabled => GpioUapi.BiasDisabled,
            _ => 0,
        };
}
