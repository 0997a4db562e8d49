using System.Diagnostics;
using EdgeGateway.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Buffer;

/// <summary>The one thread that writes. Everything that can go wrong with the disk is met here, and tried again.</summary>
internal sealed partial class BufferWriter(BufferOptions options, Intake intake, TimeProvider time, ILogger log)
{
    private const int RowsWorthADelete = 10_000;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan NeedsAPersonAfter = TimeSpan.FromSeconds(5);

    private readonly SpaceLimits limits = new(options);
    private readonly List<EventBatch> taken = [];
    private BufferFile? file;
    private EventReader? reader;
    private volatile QueueMark queue = new(1, 0, 0);
    private volatile IReadOnlyList<StoreRange> stores = [];
    private volatile Condition condition = new(BufferState.Ok, null);
    private volatile bool stopping;
    private long appended;
    private long commits;
    private long lastDelete;
    private bool personWasCalled;
    private ClockQuality clock;
    private TimeSpan retryAfter = FirstRetry;

    public event Action? StateChanged;

    public string Store => stores is [.., var present] ? present.Store : "";

    public long LastSeq => stores is [.., var present] ? Math.Max(0, present.SeqOf(queue.Last)) : 0;

    public long LastPosition => queue.Last;

    public long Acknowledged => Math.Max(Interlocked.Read(ref acknowledged), queue.First - 1);

    private void Run()
    {
        while (!stopping)
        {
            try
            {
                Work();
                Enter(IsShedding ? BufferState.Shedding : BufferState.Ok, IsShedding ? "no space: the least important events are given up" : null);
                (retryAfter, personWasCalled) = (FirstRetry, false);
                if (!GiveBackSpace() && !file!.MoreToDrop)
                {
                    intake.WaitForWork(Tick);
                }
            }
            catch (NoSpaceException full)
            {
                Enter(BufferState.Full, full.Message);
                WaitForRetry();
            }
            catch (Exception failure) when (IsDamage(failure))
            {
                Enter(BufferState.Failing, failure.Message);
                RepairDamaged(failure);
            }
            catch (Exception failure) when (IsDiskTrouble(failure))
            {
                Enter(failure is DatabaseException { IsFull: true } ? BufferState.Full : BufferState.Failing, failure.Message);
                if (File.Exists(options.Path))
                {
                    // A deleted file is kept open, because that is all there is of it.
                    CloseFile();
                }

                WaitForRetry();
            }
        }

        Finish();
    }

    private void WaitForRetry()
    {
        if (condition.State == BufferState.Failing && retryAfter >= NeedsAPersonAfter && !personWasCalled)
        {
            personWasCalled = true;
            LogNeedsAPerson(options.Path, condition.Reason ?? "");
        }

        intake.Pause(retryAfter);
        retryAfter = retryAfter * 2 < LastRetry ? retryAfter * 2 : LastRetry;
    }

    private void Work()
    {
        if (file is null)
        {
            OpenFile();
        }

        ThrowReadFailure();
        if (!File.Exists(options.Path))
        {
            RewriteDeleted();
        }

        DateEvents();
        SetAsideRejected();
        Commit();
    }

    private void Commit()
    {
        if (taken.Count == 0)
        {
            intake.Take(taken, limits.TransactionBytes);
        }

        var drop = Acknowledged - file!.Acknowledged is > 0 and var due
            && (due >= RowsWorthADelete || Stopwatch.GetElapsedTime(lastDelete) >= Tick || condition.State != BufferState.Ok || stopping);
        if (drop || file.MoreToDrop)
        {
            // Before anything is appended, because it may make the room for that.
            EnsureLogRoom(SpaceLimits.PagesFor(0, 0));
            file.Drop(Acknowledged);
            lastDelete = Stopwatch.GetTimestamp();
            Publish();
        }

        if (taken.Count > 0)
        {
            MakeRoom(taken.Sum(batch => batch.BytesOnDisk), taken.Sum(batch => batch.Count));
            file.Append(taken);
            Interlocked.Increment(ref commits);
            Publish();
            CompleteTaken();
        }
    }

    private void CompleteTaken()
    {
        foreach (var batch in taken)
        {
            clock = batch.Rows[^1].Clock;
            Interlocked.Add(ref appended, batch.Count);
            batch.Complete();
        }

        intake.Return(taken);
    }

    private void Publish()
    {
        TaskCompletionSource? waiters;
        lock (signalGate)
        {
            queue = new QueueMark(file!.First, file.Last, file.Rows);
            (waiters, committed) = (committed, null);
        }

        waiters?.SetResult();
    }

    private void Enter(BufferState state, string? reason)
    {
        var before = condition;
        if (before.State == state && before.Reason == reason)
        {
            return;
        }

        condition = new Condition(state, reason);
        if (before.State != state)
        {
            switch (state)
            {
                case BufferState.Ok:
                    LogRecovered(options.Path);
                    break;
                case BufferState.Full:
                    LogFull(options.Path, reason ?? "");
                    break;
                case BufferState.Failing:
                    LogRefused(options.Path, reason ?? "");
                    break;
            }
        }

        StateChanged?.Invoke();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "buffer {Path} takes no events: {Reason}. Trying again; the sources keep theirs meanwhile")]
    private partial void LogFull(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "buffer {Path} cannot be written: {Reason}. Trying again; the sources keep their events meanwhile")]
    private partial void LogRefused(string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "buffer {Path} still cannot be written: {Reason}. Check the disk, its mount and the file's rights; trying again")]
    private partial void LogNeedsAPerson(string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "buffer {Path} takes events again")]
    private partial void LogRecovered(string path);

    private sealed record Condition(BufferState State, string? Reason);
}
