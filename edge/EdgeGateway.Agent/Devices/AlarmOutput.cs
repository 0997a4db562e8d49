using EdgeGateway.Agent.Configuration;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Gpio;

namespace EdgeGateway.Agent.Devices;

/// <summary>Keeps the configured topic and line in step with whether any alarm is open. What fails is tried again and holds nothing up.</summary>
internal sealed partial class AlarmOutput(AlarmOutputSettings settings, DeviceSupervisor supervisor, DriverHost host, ILogger log)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(30);

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        settings.Topic is { } topic ? Keep(topic, active => host.Bus.PublishAsync(topic, active ? "ON"u8.ToArray() : "OFF"u8.ToArray(), retain: true, stop), stop) : Task.CompletedTask,
        settings.Chip is { } chip ? KeepLine(chip, settings.Line!.Value, stop) : Task.CompletedTask);

    private async Task KeepLine(string chip, int line, CancellationToken stop)
    {
        GpioOutput? output = null;
        try
        {
            await Keep(
                $"{chip} line {line}",
                active =>
                {
                    try
                    {
                        output ??= GpioOutput.Open(host, chip, line, settings.ActiveLow);
                        output.Set(active);
                        return Task.CompletedTask;
                    }
                    catch (IOException)
                    {
                        // A chip that was pulled out and comes back has to be opened anew.
                        output?.Dispose();
                        output = null;
                        throw;
                    }
                },
                stop);
        }
        finally
        {
            output?.Dispose();
        }
    }

    private async Task Keep(string what, Func<bool, Task> set, CancellationToken stop)
    {
        bool? shown = null;
        while (true)
        {
            var active = supervisor.Alarms().Count > 0;
            var pause = LookEvery;
            if (active != shown)
            {
                try
                {
                    await set(active);
                    shown = active;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
                {
                    LogFailed(log, what, active, e.Message, TryAgainAfter.TotalSeconds);
                    pause = TryAgainAfter;
                }
            }

            await Task.Delay(pause, host.Time, stop);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "setting the alarm output {What} to {Active} failed: {Reason}; tried again in {Seconds} s")]
    private static partial void LogFailed(ILogger log, string what, bool active, string reason, double seconds);
}
