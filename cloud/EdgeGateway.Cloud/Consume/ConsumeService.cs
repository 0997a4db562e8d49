using EdgeGateway.Cloud.Api;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Outbox;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Consume;

/// <summary>Runs the consume loop for as long as the service does.</summary>
public sealed class ConsumeService : BackgroundService
{
    private readonly BatchWriter writer;
    private readonly Task<ConsumeLoop> connecting;

    /// <summary>Connects to Kafka while the rest of the service starts; the group is joined when this one runs.</summary>
    public ConsumeService(
        CloudConfiguration configuration, IStore store, ViewWriter views, Courier courier, ChangeFeed feed,
        TimeProvider time, CloudMetrics metrics, ILogger<ConsumeService> logger)
    {
        var filter = new MovementFilter();
        writer = new BatchWriter(views, filter, metrics, logger, changes =>
        {
            courier.Ring();
            if (!changes.IsNothing)
            {
                feed.Publish(changes);
            }
        });
        connecting = Task.Run(() => new ConsumeLoop(configuration, store, filter, writer, time, logger));
    }

    public override void Dispose()
    {
        base.Dispose();
        Task.WaitAny(connecting);
        if (ExecuteTask is { } running)
        {
            // Where the host failed to start nobody has waited for it yet, and what it tells of a commit is gone next.
            Task.WaitAny(running);
        }
        else if (connecting.IsCompletedSuccessfully)
        {
            // It never ran, or would have done this itself.
            connecting.Result.Dispose();
            writer.Dispose();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var committing = writer;
        using var loop = await connecting;
        await Task.Factory.StartNew(() => loop.Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
