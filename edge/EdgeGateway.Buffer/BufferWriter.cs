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
    private readonly Lock readGate = new();
    private readonly Lock signalGate = new();
    private readonly Lock commandGate = new();
    private readonly List<EventBatch> taken = [];
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<ClockSetting> clockSettings = new();
    private TaskCompletionSource? committed;
    private BufferFile? file;
    private EventReader? reader;
    private FileStream? fileLock;
    private volatile QueueMark queue = new(1, 0, 0);
    private volatile IReadOnlyList<StoreRange> stores = [];
    private volatile Condition condition = new(BufferState.Ok, null);
    private volatile bool stopping;
    private volatile Exception? readFailure;
    private long unreadableSince;
    private long acknowledged;
    private long appended;
    private long acknowledgedRows;
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

    /// <exception cref="InvalidOperationException">The file is another gateway's, no buffer, or in use.</exception>
    public void Start()
    {
        try
        {
            OpenFile();
        }
        catch (Exception failure) when (IsDiskTrouble(failure) || IsDamage(failure))
        {
            // The writer meets it again, and deals with it.
            Enter(BufferState.Failing, failure.Message);
        }
        catch
        {
            fileLock?.Dispose();
            throw;
        }

        new Thread(Run) { Name = "buffer writer", IsBackground = true }.Start();
    }

    public Task Stop()
    {
        stopping = true;
        intake.Close("event not buffered: the buffer is being closed");
        return stopped.Task;
    }

    public int Read(long afterPosition, int maxCount, List<StoredEvent> into)
    {
        lock (readGate)
        {
            try
            {
                var count = reader?.Read(Math.Max(afterPosition, queue.First - 1), maxCount, into)
                    ?? throw new BufferUnavailableException(condition.Reason ?? "the buffer is being opened again");
                unreadableSince = 0;
                return count;
            }
            catch (Exception failure) when (failure is DatabaseException or InvalidDataException)
            {
                readFailure = failure;
                unreadableSince = unreadableSince == 0 ? Stopwatch.GetTimestamp() : unreadableSince;
                intake.WakeUp();
                throw new BufferUnavailableException("buffered events could not be read: " + failure.Message, failure);
            }
        }
    }

    public Task WaitForEvents(long afterPosition, CancellationToken stop)
    {
        lock (signalGate)
        {
            if (queue.Last > Math.Max(afterPosition, queue.First - 1))
            {
                return Task.CompletedTask;
            }

            committed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return committed.Task.WaitAsync(stop);
        }
    }

    public void Acknowledge(long upToPosition)
    {
        lock (commandGate)
        {
            var upTo = Math.Min(upToPosition, queue.Last);
            if (upTo <= Acknowledged)
            {
                return;
            }

            acknowledgedRows += upTo - Acknowledged;
            Interlocked.Exchange(ref acknowledged, upTo);
        }

        if (Acknowledged - queue.First >= RowsWorthADelete || condition.State != BufferState.Ok)
        {
            intake.WakeUp();
        }
    }

    public Task SetClock(long offsetMs, ClockQuality clock)
    {
        var setting = new ClockSetting(offsetMs, clock);
        lock (commandGate)
        {
            clockSettings.Enqueue(setting);
        }

        intake.WakeUp();
        return setting.Done.Task;
    }

    public BufferStats Snapshot()
    {
        var (mark, state) = (queue, condition);
        var acknowledgedAhead = Acknowledged - mark.First + 1;
        (DateTimeOffset ObservedAt, long? BootMs)? oldest = null;
        lock (readGate)
        {
            try
            {
                oldest = reader?.Oldest(Acknowledged);
            }
            catch (Exception failure) when (failure is DatabaseException or InvalidDataException)
            {
                LogUnreadable(failure.Message);
            }
        }

        var age = oldest is { } first
            ? first.BootMs is { } since ? TimeSpan.FromMilliseconds(BootClock.Milliseconds(time) - since) : time.GetUtcNow() - first.ObservedAt
            : (TimeSpan?)null;
        return new BufferStats
        {
            Store = Store,
            LastSeq = LastSeq,
            Buffered = Acknowledged >= mark.Last ? 0 : Math.Clamp(mark.Rows - acknowledgedAhead, 1, mark.Rows),
            OldestBufferedAt = oldest?.ObservedAt,
            OldestAge = age < TimeSpan.Zero ? TimeSpan.Zero : age,
            Bytes = BufferFiles.Bytes(options.Path),
            MaxBytes = options.MaxBytes,
            State = state.State,
            Reason = state.Reason,
            Appended = Interlocked.Read(ref appended),
            Acknowledged = Interlocked.Read(ref acknowledgedRows),
            Shed = Interlocked.Read(ref shed),
            Waiting = intake.WaitingCount,
            Commits = Interlocked.Read(ref commits),
        };
    }

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
            MakeRoom(taken.Sum(batch => batch.Bytes), taken.Sum(batch => batch.Count));
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

    private void DateEvents()
    {
        lock (commandGate)
        {
            if (clockSettings.Count == 0)
            {
                return;
            }
        }

        // What was appended before the clock was set is committed first, so that it is dated again as well.
        Commit();
        while (NextClockSetting() is { } setting)
        {
            file!.SetClock(setting.OffsetMs, setting.Clock);
            lock (readGate)
            {
                reader!.ReloadEpochs();
            }

            lock (commandGate)
            {
                clockSettings.Dequeue();
            }

            setting.Done.SetResult();
        }
    }

    private ClockSetting? NextClockSetting()
    {
        lock (commandGate)
        {
            return clockSettings.TryPeek(out var setting) ? setting : null;
        }
    }

    private void OpenFile()
    {
        fileLock ??= BufferFiles.Lock(options.Path);
        if (BufferFiles.FinishReplacement(options.Path, time.GetUtcNow()) is { } aside)
        {
            LogSetAside(options.Path, aside);
        }

        // The file vanished while it was closed: what it held is lost, and its positions are not given out again.
        var (last, lostStores) = (queue.Last, stores);
        var vanished = last > 0 && !File.Exists(options.Path);
        var opened = new BufferFile(options, limits.MaxPages, firstPosition: last + 1);
        try
        {
            if (vanished)
            {
                opened.Append([Salvage.Ledger(Salvage.Gaps(lostStores, Acknowledged + 1, last), Now())]);
                LogVanished(options.Path, last - Acknowledged);
            }

            var openedReader = new EventReader(options, opened.Stores);
            lock (readGate)
            {
                reader = openedReader;
            }
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        file = opened;
        stores = opened.Stores;
        lock (commandGate)
        {
            acknowledged = Math.Max(acknowledged, opened.Acknowledged);
        }

        Publish();

        // A commit that failed while it was being synced may be found on the disk after all; it must not be made twice.
        if (taken.Count > 0 && !vanished && !salvaged && file.Last == last + taken.Sum(batch => batch.Count))
        {
            CompleteTaken();
        }

        salvaged = false;
        LogOpened(options.Path, Store, file.Rows, file.Last);
    }

    private void CloseFile()
    {
        lock (readGate)
        {
            reader?.Dispose();
            reader = null;
        }

        file?.Dispose();
        file = null;
    }

    private void Finish()
    {
        try
        {
            do
            {
                Work();
            }
            while (intake.WaitingCount > 0);
        }
        catch (Exception failure) when (IsDiskTrouble(failure) || IsDamage(failure))
        {
            LogUnfinished(taken.Count, failure.Message);
        }

        var closed = new BufferUnavailableException("event not buffered: the buffer was closed before its commit");
        intake.Take(taken, int.MaxValue);
        foreach (var batch in taken)
        {
            batch.Fail(closed);
        }

        CloseFile();
        fileLock?.Dispose();
        stopped.SetResult();
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

    [LoggerMessage(Level = LogLevel.Information, Message = "opened buffer {Path}: store {Store}, {Rows} events buffered, newest at {Last}")]
    private partial void LogOpened(string path, string store, long rows, long last);

    [LoggerMessage(Level = LogLevel.Error, Message = "buffer {Path} takes no events: {Reason}. Trying again; the sources keep theirs meanwhile")]
    private partial void LogFull(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "buffer {Path} cannot be written: {Reason}. Trying again; the sources keep their events meanwhile")]
    private partial void LogRefused(string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "buffer {Path} still cannot be written: {Reason}. Check the disk, its mount and the file's rights; trying again")]
    private partial void LogNeedsAPerson(string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "buffer {Path} takes events again")]
    private partial void LogRecovered(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "oldest buffered event could not be read: {Reason}")]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Batches} batches not committed at the end; their sources will deliver them again: {Reason}")]
    private partial void LogUnfinished(int batches, string reason);

    private sealed record Condition(BufferState State, string? Reason);

    private sealed record ClockSetting(long OffsetMs, ClockQuality Clock)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
