using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Buffer;

/// <summary>What others see of the queue while the writer works.</summary>
internal sealed partial class BufferWriter
{
    private readonly Lock readGate = new();
    private readonly Lock signalGate = new();
    private TaskCompletionSource? committed;
    private volatile Exception? readFailure;
    private long unreadableSince;

    public int Read(long afterPosition, int maxCount, List<StoredEvent> into) =>
        Read(from => from.Read(Math.Max(afterPosition, queue.First - 1), maxCount, into));

    public IReadOnlyList<Note> ReadNotes() => Read(from => from.ReadNotes());

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
            Rejected = Interlocked.Read(ref rejected),
            Waiting = intake.WaitingCount,
            Commits = Interlocked.Read(ref commits),
        };
    }

    private T Read<T>(Func<EventReader, T> read)
    {
        lock (readGate)
        {
            try
            {
                var result = read(reader ?? throw new BufferUnavailableException(condition.Reason ?? "the buffer is being opened again"));
                unreadableSince = 0;
                return result;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "oldest buffered event could not be read: {Reason}")]
    private partial void LogUnreadable(string reason);
}
