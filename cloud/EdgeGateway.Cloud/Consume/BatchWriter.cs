using System.Data.Common;
using System.Diagnostics;
using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Consume;

/// <summary>
/// Commits batches on a thread of its own, one at a time, while the next is being read. A database that fails is tried
/// again with growing distance for as long as the batch is wanted.
/// </summary>
public sealed class BatchWriter : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ViewWriter views;
    private readonly MovementFilter filter;
    private readonly CloudMetrics metrics;
    private readonly ILogger logger;
    private readonly Action<Changes> committed;
    private readonly SemaphoreSlim handedOver = new(0, 1);
    private readonly ManualResetEventSlim idle = new(true);
    private readonly Thread thread;
    private CancellationTokenSource wanted = new();
    private Batch? batch;
    private bool looksAtClock;
    private volatile bool isStopping;
    private volatile bool hasMarked = true;

    public BatchWriter(ViewWriter views, MovementFilter filter, CloudMetrics metrics, ILogger logger, Action<Changes> committed)
    {
        this.views = views;
        this.filter = filter;
        this.metrics = metrics;
        this.logger = logger;
        this.committed = committed;
        thread = new Thread(Work) { IsBackground = true, Name = "commit" };
        thread.Start();
    }

    public bool IsIdle => idle.IsSet;

    /// <summary>True once another instance was found to have a partition of ours; <see cref="Abandon"/> resets it.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>True while the database refuses the batch.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>
    /// Finds the movements that are repeated in the batch that is handed over next, in the time in which the one before is being
    /// committed. Otherwise that is done before the batch is.
    /// </summary>
    public void Prepare(Batch next)
    {
        if (!IsIdle && hasMarked)
        {
            filter.Mark(next.Movements);
        }
    }

    /// <summary>Takes a batch; only while idle.</summary>
    public void HandOver(Batch next, bool alsoLooksAtClock)
    {
        hasMarked = false;
        batch = next;
        looksAtClock = alsoLooksAtClock;
        idle.Reset();
        handedOver.Release();
    }

    public bool WaitUntilIdle(TimeSpan limit) => idle.Wait(limit);

    /// <summary>Gives up the batch in work unless it commits at the first try, and forgets what belonged to the partitions.</summary>
    public void Abandon()
    {
        wanted.Cancel();
        idle.Wait();
        wanted.Dispose();
        wanted = new CancellationTokenSource();
        IsFenced = false;
        views.Forget();
    }

    public void Dispose()
    {
        isStopping = true;
        wanted.Cancel();
        handedOver.Release();
        thread.Join();
        wanted.Dispose();
        handedOver.Dispose();
        idle.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            handedOver.Wait();
            if (isStopping)
            {
                return;
            }

            // What was read behind a batch that was dropped must not be committed without it.
            if (!IsFenced)
            {
                filter.Mark(batch!.Movements);
                hasMarked = true;
                Commit(batch, wanted.Token);
            }

            batch!.Clear();
            idle.Set();
        }
    }

    private void Commit(Batch work, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                var changes = views.Apply(work, looksAtClock);
                IsFailing = false;
                Count(work, started);
                committed(changes);
                return;
            }
            catch (FencedException e)
            {
                logger.LogWarning("Committing a batch: {Reason}; it is dropped and read again from where the database stands.", e.Message);
                IsFenced = true;
                return;
            }
            catch (DbException e)
            {
                IsFailing = true;
                metrics.Retries.Add(1);
                logger.LogWarning("Committing {Count} records: the database failed ({Reason}); trying again in {Pause} ms, nothing is lost.", work.Count, e.Message, pause.TotalMilliseconds);
                if (stop.WaitHandle.WaitOne(pause))
                {
                    return;
                }

                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private void Count(Batch work, long started)
    {
        metrics.Batches.Add(1);
        metrics.Records.Add(work.Count);
        metrics.DeadLetters.Add(work.DeadLetters.Count);
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        metrics.CommitSeconds.Record(took);
        if (work.OldestRecordAt is { } oldest)
        {
            metrics.RecordAge.Record((Math.Max(0, work.At - oldest) / 1000.0) + took);
        }
    }
}
