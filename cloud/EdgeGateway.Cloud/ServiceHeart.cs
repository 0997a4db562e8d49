using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud;

/// <summary>Tells systemd that the service is ready, alive and stopping.</summary>
public sealed class ServiceHeart(ServiceNotifier notifier, CloudSettings settings, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<ServiceHeart> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = lifetime.ApplicationStopping.Register(notifier.Stopping);
        using var started = lifetime.ApplicationStarted.Register(() =>
        {
            notifier.Ready("listening on " + settings.Web.Listen);
            logger.LogInformation("Ready on {Address}, Kafka {Kafka}.", settings.Web.Listen, settings.Kafka.BootstrapServers);
        });
        if (notifier.WatchdogInterval is { } interval)
        {
            using var timer = new PeriodicTimer(interval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(tick => tick.IsCompletedSuccessfully && tick.Result, TaskScheduler.Default))
            {
                notifier.Watchdog();
            }
        }
        else
        {
            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
