using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Gpio;

/// <summary>Watches one contact: tells its state at the start and then every change, with the time of its edge.</summary>
internal sealed class GpioDriver(GpioSettings settings, DriverHost host) : IDriver
{
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
                using var line = GpioLine.OpenInput(host, settings);
                backOff.Reset();
                cause = await WatchAsync(line, sink, stop);
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

    /// <summary>Watches until the line fails. Returns why it did.</summary>
    private async Task<string> WatchAsync(GpioLine line, IReadingSink sink, CancellationToken stop)
    {
        sink.Report(settings.Id, DeviceCondition.Ok);
        await TellAsync(sink, host.Time.GetUtcNow(), line.IsActive(), stop);

        var edges = new List<GpioEdge>();
        uint number = 0;
        while (true)
        {
            edges.Clear();
            try
            {
                await line.ReadEdgesAsync(edges, stop);
            }
            catch (IOException e)
            {
                return $"watching line {settings.Line} of {settings.Chip} failed: {e.Message}";
            }

            foreach (var edge in edges)
            {
                if (number != 0 && edge.Number != number + 1)
                {
                    log.LogWarning("{Device}: {Count} changes came faster than they were taken; the latest state is right",
                        settings.Id, edge.Number - number - 1);
                }

                number = edge.Number;
                await TellAsync(sink, edge.At, edge.Active, stop);
            }
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
}
