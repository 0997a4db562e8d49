using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Devices.Discovery;

/// <summary>Runs a driver until its device first says something, to show a person what it would read.</summary>
internal static class DeviceTrial
{
    /// <summary>The first reading, or what is wrong, in words; null when nothing came in time.</summary>
    public static async Task<string?> SampleAsync(DeviceSettings settings, DriverHost host, TimeSpan within, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sink = new FirstSample();
        var quiet = host with { Logs = NullLoggerFactory.Instance, GpsTime = null };
        var running = DriverRegistry.All[settings.Driver].Create(settings, quiet).RunAsync(sink, stop.Token);
        try
        {
            return await sink.Text.WaitAsync(within, host.Time, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class FirstSample : IReadingSink
    {
        private readonly TaskCompletionSource<string?> text = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string?> Text => text.Task;

        public Task Accept(Reading reading)
        {
            text.TrySetResult(reading switch
            {
                TemperatureReading { Celsius: { } celsius } => celsius.ToString("0.###", CultureInfo.InvariantCulture) + " °C",
                TemperatureReading { Fault: { } fault } => "fault: " + fault,
                PositionReading position => string.Create(CultureInfo.InvariantCulture, $"{position.Latitude:0.#####}, {position.Longitude:0.#####}"),
                TagReading tag => tag.Hex,
                _ => null,
            });
            return Task.CompletedTask;
        }

        public void Refuse(string device, string reason, ReadOnlySpan<byte> payload)
        {
        }

        public void Report(string device, DeviceCondition condition, string? detail = null)
        {
            if (condition is DeviceCondition.Unplugged)
            {
                text.TrySetResult(detail);
            }
        }
    }
}
