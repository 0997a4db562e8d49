using System.Data.Common;
using Confluent.Kafka;
using EdgeGateway.Cloud.Notify;
using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Outbox;

/// <summary>While this instance holds the lease it publishes the outbox and sends notifications, each on its own, as soon as a batch was committed.</summary>
public sealed class Courier(IStore store, OutboxPublisher publisher, IReadOnlyList<Notifier> notifiers, ILogger<Courier> logger) : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly List<SemaphoreSlim> bells = [.. Enumerable.Range(0, notifiers.Count + 1).Select(_ => new SemaphoreSlim(0, 1))];

    /// <summary>There may be something to tell.</summary>
    public void Ring()
    {
        foreach (var bell in bells)
        {
            try
            {
                if (bell.CurrentCount == 0)
                {
                    bell.Release();
                }
            }
            catch (SemaphoreFullException)
            {
                // Somebody else rang in the same moment, which is as good.
            }
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        // Where the host failed to start nobody has waited for it yet.
        Task.WaitAny(ExecuteTask ?? Task.CompletedTask);
        bells.ForEach(bell => bell.Dispose());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var lease = store.TryLease();
                if (lease is not null)
                {
                    await Deliver(lease, stoppingToken);
                }
            }
            catch (DbException e)
            {
                logger.LogWarning("Taking the lease for publishing: the database failed ({Reason}); trying again.", e.Message);
            }

            await Task.Delay(LongestWait, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Deliver(ILease lease, CancellationToken stop)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var work = new List<Task> { Task.Run(() => Repeat("Publishing", () => Task.FromResult(publisher.PublishSome(held.Token)), bells[0], held.Token), stop) };
        for (var i = 0; i < notifiers.Count; i++)
        {
            var notifier = notifiers[i];
            var bell = bells[i + 1];
            work.Add(Task.Run(() => Repeat("Notifying", () => notifier.SendDue(held.Token), bell, held.Token), stop));
        }

        while (!stop.IsCancellationRequested && lease.IsHeld())
        {
            await Task.Delay(LongestWait, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await held.CancelAsync();
        await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Repeat(string what, Func<Task<bool>> step, SemaphoreSlim bell, CancellationToken stop)
    {
        var pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!await step())
                {
                    await bell.WaitAsync(LongestWait, stop);
                }

                pause = FirstPause;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is DbException or KafkaException)
            {
                logger.LogWarning("{What}: {Reason}; trying again in {Pause} ms, nothing is lost.", what, e.Message, pause.TotalMilliseconds);
                await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }
}
