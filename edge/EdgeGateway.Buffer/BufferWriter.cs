using System.Diagnostics;
using EdgeGateway.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Buffer;

/// <summary>The one thread that writes. Everything that can go wrong with the disk is met here, and tried again.</summary>
internal sealed partial class BufferWriter(BufferOptions options, Intake intake, ILogger log)
{
    private const int TransactionBytes = 1 << 20;
    private const int LogPagesLimit = (4 << 20) / Schema.PageBytes;
    private const int RowsWorthADelete = 10_000;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(15);

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
    private long acknowledged;
    private long appended;
    private long acknowledgedRows;
    private long commits;
    private long lastDelete;
    private TimeSpan retryAfter = FirstRetry;

    public event Action? StateChanged;

    public string Store => stores is [.., var present] ? present.Store : "";

    public long LastSeq => stores is [.., var present] ? Math.Max(0, present.SeqOf(queue.Last)) : 0;

    public long LastPosition => queue.Last;

    public long Acknowledged => Math.Max(Interlocked.Read(ref acknowledged), queue.First - 1);

    /// <exception cref="InvalidOperationException">The file is another gateway's, no buffer, or in use.</exception>
    public void Start()
    {
        fileLock = Lock(options.Path);
        try
        {
            OpenFile();
        }
        catch (DatabaseException failure)
        {
            Enter(BufferState.Failing, failure.Message);
        }
        catch
        {
            fileLock.Dispose();
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
                return reader?.Read(Math.Max(afterPosition, queue.First - 1), maxCount, into)
                    ?? throw new BufferUnavailableException(condition.Reason ?? "the buffer is closed");
            }
            catch (DatabaseException failure)
            {
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

    public BufferStats Snapshot(DateTimeOffset now, long bootMs)
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
            catch (DatabaseException failure)
            {
                LogUnreadable(failure.Message);
            }
        }

        var age = oldest is { } first
            ? first.BootMs is { } since ? TimeSpan.FromMilliseconds(bootMs - since) : now - first.ObservedAt
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
            Shed = 0,
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
                if (condition.State != BufferState.Ok)
                {
                    Enter(BufferState.Ok, null);
                }

                retryAfter = FirstRetry;
                if (DueForDeletion() < RowsWorthADelete)
                {
                    intake.WaitForWork(Tick);
                }
            }
            catch (DatabaseException failure)
            {
                Enter(failure.IsFull ? BufferState.Full : BufferState.Failing, failure.Message);
                if (!failure.IsFull)
                {
                    CloseFile();
                }

                intake.Pause(retryAfter);
                retryAfter = retryAfter * 2 < LastRetry ? retryAfter * 2 : LastRetry;
            }
        }

        Finish();
    }

    private void Work()
    {
        if (file is null)
        {
            OpenFile();
        }

        DateEvents();
        Commit();
    }

    private void Commit()
    {
        if (taken.Count == 0)
        {
            intake.Take(taken, TransactionBytes);
        }

        var due = DueForDeletion();
        var delete = due >= RowsWorthADelete || (due > 0 && Stopwatch.GetElapsedTime(lastDelete) >= Tick);
        if (taken.Count == 0 && !delete)
        {
            return;
        }

        file!.Commit(taken, delete ? Acknowledged : 0);
        lastDelete = delete ? Stopwatch.GetTimestamp() : lastDelete;
        Interlocked.Increment(ref commits);
        Publish();
        CompleteTaken();
        if (file.LogPages >= LogPagesLimit)
        {
            lock (readGate)
            {
                file.Checkpoint();
            }
        }
    }

    private void CompleteTaken()
    {
        foreach (var batch in taken)
        {
            Interlocked.Add(ref appended, batch.Count);
            batch.Complete();
        }

        intake.Return(taken);
    }

    private long DueForDeletion() => Math.Max(0, Acknowledged - (file?.Acknowledged ?? 0));

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
        var opened = new BufferFile(options);
        try
        {
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

        // A commit that failed while it was being synced may be found on the disk after all; it must not be made twice.
        var last = queue.Last;
        Publish();
        if (taken.Count > 0 && file.Last == last + taken.Sum(batch => batch.Count))
        {
            CompleteTaken();
        }

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
            Work();
        }
        catch (DatabaseException failure)
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
        if (condition.State != state)
        {
            if (state == BufferState.Ok)
            {
                LogRecovered(options.Path);
            }
            else
            {
                LogRefused(options.Path, state, reason ?? "");
            }
        }

        condition = new Condition(state, reason);
        StateChanged?.Invoke();
    }

    /// <summary>Two processes on one buffer would number different events alike.</summary>
    private static FileStream Lock(string path)
    {
        var lockPath = path + ".lock";
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException($"{path} is in use: {e.Message} Stop the other edge-gateway, or name another file in buffer.path", e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "opened buffer {Path}: store {Store}, {Rows} events buffered, newest at {Last}")]
    private partial void LogOpened(string path, string store, long rows, long last);

    [LoggerMessage(Level = LogLevel.Warning, Message = "buffer {Path} takes no events now ({State}): {Reason}; trying again")]
    private partial void LogRefused(string path, BufferState state, string reason);

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
