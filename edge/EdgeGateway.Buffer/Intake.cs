using System.Diagnostics;
using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>
/// Events that wait for the writer, in batches in the order of their arrival. The bytes that wait are bounded;
/// beyond that an event is refused at once.
/// </summary>
internal sealed class Intake
{
    /// <summary>Bodies that wait at most, all batches together.</summary>
    public const int MaxWaitingBytes = 8 << 20;

    /// <summary>Notes that one call may have committed together.</summary>
    public const int MaxListNotes = 64;

    /// <summary>A batch takes no further event above this, so that reading it back stays below the large object heap.</summary>
    private const int BatchBytes = 48 << 10;

    /// <summary>Nor above this, so that the notes of one batch always fit into a transaction.</summary>
    private const int BatchBytesOnDisk = 128 << 10;

    /// <summary>Batches kept for later; a burst needs more, and its memory is given back.</summary>
    private const int SpareBatches = 16;

    /// <summary>Bodies that one call may have committed together.</summary>
    private const int MaxListBytes = 256 << 10;

    /// <summary>So much is worth a commit of its own, however short the last one ago. See <see cref="WaitForWork"/>.</summary>
    private const int WorthACommitBytes = 16 << 10;

    private static readonly TimeSpan CommitSpacing = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    // Not a Lock, because the writer waits on it.
    private readonly object gate = new();
    private readonly Queue<EventBatch> waiting = new();
    private readonly Stack<EventBatch> free = new();
    private EventBatch? open;
    private int waitingBytes;
    private int waitingCount;
    private long lastTaken;
    private long beforeLastTaken;
    private int lastCount;
    private bool wakeUp;
    private string? closed;

    /// <summary>Events that wait for their commit.</summary>
    public int WaitingCount => Volatile.Read(ref waitingCount);

    public Task Add(GatewayEvent e, Importance importance, long offsetMs)
    {
        lock (gate)
        {
            var batch = OpenBatch();
            if (batch is null)
            {
                return Refused();
            }

            var bytes = batch.Bytes;
            try
            {
                batch.Add(e, importance, offsetMs);
            }
            catch (ArgumentException tooLarge)
            {
                return Task.FromException(tooLarge);
            }

            Added(1, batch.Bytes - bytes);
            return batch.Committed;
        }
    }

    public Task Add(IReadOnlyList<GatewayEvent> events, Importance importance, IReadOnlyList<Note> notes, long offsetMs)
    {
        if (events.Count == 0)
        {
            return Task.CompletedTask;
        }

        if (notes.Count > MaxListNotes)
        {
            return Task.FromException(new ArgumentException($"events refused: {notes.Count} notes, more than {MaxListNotes}; append them in several parts"));
        }

        lock (gate)
        {
            var batch = OpenBatch();
            if (batch is null)
            {
                return Refused();
            }

            var (count, bytes) = (batch.Count, batch.Bytes);
            try
            {
                foreach (var e in events)
                {
                    batch.Add(e, importance, offsetMs);
                    if (batch.Bytes - bytes > MaxListBytes)
                    {
                        throw new ArgumentException($"events refused: together more than {MaxListBytes} bytes; append them in several parts");
                    }
                }
            }
            catch (ArgumentException tooLarge)
            {
                batch.Truncate(count);
                return Task.FromException(tooLarge);
            }

            batch.Add(notes);
            Added(events.Count, batch.Bytes - bytes);
            return batch.Committed;
        }
    }

    /// <summary>Moves the oldest batches over, up to about a number of bytes.</summary>
    public void Take(List<EventBatch> into, int maxBytes)
    {
        lock (gate)
        {
            if (WaitingEvents() == 0)
            {
                return;
            }

            (beforeLastTaken, lastTaken, lastCount) = (lastTaken, Stopwatch.GetTimestamp(), 0);
            var bytes = 0;
            while (waiting.TryPeek(out var batch) && batch.Count > 0 && (bytes == 0 || bytes + batch.BytesOnDisk <= maxBytes))
            {
                bytes += batch.BytesOnDisk;
                lastCount += batch.Count;
                into.Add(waiting.Dequeue());
                if (batch == open)
                {
                    open = null;
                }
            }
        }
    }

    /// <summary>Takes back batches whose task has been completed.</summary>
    public void Return(List<EventBatch> batches)
    {
        lock (gate)
        {
            foreach (var batch in batches)
            {
                waitingBytes -= batch.Bytes;
                waitingCount -= batch.Count;
                if (free.Count < SpareBatches)
                {
                    batch.Clear();
                    free.Push(batch);
                }
            }
        }

        batches.Clear();
    }

    /// <summary>
    /// Blocks the writer until events should be committed, somebody wakes it, or the time is up. Commits are spaced:
    /// each rewrites a few pages however little it holds, and flash wears by pages. But nobody is kept waiting for
    /// that when much is waiting already, or when arrivals pause because the sources wait for their confirmation.
    /// </summary>
    public void WaitForWork(TimeSpan atMost)
    {
        var start = Stopwatch.GetTimestamp();
        lock (gate)
        {
            while (!wakeUp && Stopwatch.GetElapsedTime(start) is var waited && waited < atMost)
            {
                var count = WaitingEvents();
                if (count == 0)
                {
                    Monitor.Wait(gate, atMost - waited);
                    continue;
                }

                if (waitingBytes >= WorthACommitBytes || Stopwatch.GetElapsedTime(lastTaken) >= CommitSpacing)
                {
                    break;
                }

                Monitor.Wait(gate, ArrivalPause(count));
                if (WaitingEvents() == count)
                {
                    break;
                }
            }

            wakeUp = false;
        }
    }

    /// <summary>Blocks the writer until somebody wakes it or the time is up, whatever waits.</summary>
    public void Pause(TimeSpan atMost)
    {
        lock (gate)
        {
            if (!wakeUp)
            {
                Monitor.Wait(gate, atMost);
            }

            wakeUp = false;
        }
    }

    public void WakeUp()
    {
        lock (gate)
        {
            wakeUp = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Refuses what comes from now on.</summary>
    public void Close(string reason)
    {
        lock (gate)
        {
            closed = reason;
        }

        WakeUp();
    }

    /// <summary>Several times the gap between recent arrivals: longer is a pause, not the pace of a steady source.</summary>
    private TimeSpan ArrivalPause(int count)
    {
        var pause = Stopwatch.GetElapsedTime(beforeLastTaken) / (count + lastCount) * 8;
        return pause < ShortestPause ? ShortestPause : pause < CommitSpacing ? pause : CommitSpacing;
    }

    private int WaitingEvents() => waiting.Count == 0 ? 0 : waitingCount;

    private EventBatch? OpenBatch()
    {
        if (closed is not null || waitingBytes >= MaxWaitingBytes)
        {
            return null;
        }

        if (open is null || open.Bytes >= BatchBytes || open.BytesOnDisk >= BatchBytesOnDisk)
        {
            open = free.TryPop(out var used) ? used : new EventBatch();
            waiting.Enqueue(open);
        }

        return open;
    }

    private Task Refused() => Task.FromException(new BufferUnavailableException(
        closed ?? $"event not buffered: {waitingBytes} bytes wait for the disk already; the source has to keep it and deliver it again"));

    private void Added(int count, int bytes)
    {
        var before = waitingBytes;
        waitingCount += count;
        waitingBytes += bytes;
        if (waitingCount == count || (before < WorthACommitBytes && waitingBytes >= WorthACommitBytes))
        {
            Monitor.PulseAll(gate);
        }
    }
}
