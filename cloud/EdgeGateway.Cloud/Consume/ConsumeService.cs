using EdgeGateway.Cloud.Api;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Outbox;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Consume;

/// <summary>Runs the consume loop for as long as the service does.</summary>
public sealed class ConsumeService(
    CloudConfiguration configuration, IStore store, ViewWriter views, Courier courier, ChangeFeed feed,
    TimeProvider time, CloudMetrics metrics, ILogger<ConsumeService> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Factory.StartNew(
        () =>
        {
            using var writer = new BatchWriter(views, metrics, logger, changes =>
            {
                courier.Ring();
                if (!changes.IsNothing)
                {
                    feed.Publish(changes);
                }
            });
            using var loop = new ConsumeLoop(configuration, store, writer, time, logger);
            loop.Run(stoppingToken);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
