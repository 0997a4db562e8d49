using EdgeGateway.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Buffer;

/// <summary>
/// The gateway's queue on disk. An event is accepted when its group commit has been synced, and stays until Kafka
/// has acknowledged it. Safe for any number of appenders and one sender. DESIGN.md beside this file has the layout,
/// the invariants and what happens at each crash.
/// </summary>
public sealed class EventBuffer : IAsyncDisposable
{
    /// <summary>Notes that one call of <see cref="Append(IReadOnlyList{GatewayEvent}, Importance, IReadOnlyList{Note})"/> takes.</summary>
    public const int MaxNotes = Intake.MaxListNotes;

    private readonly TimeProvider time;
    private readonly Intake intake = new();
    private readonly BufferWriter writer;

    private EventBuffer(BufferOptions options, TimeProvider time, ILogger log)
    {
        this.time = time;
        writer = new BufferWriter(options, intake, time, log);
    }

    /// <summary>Raised on the writer's thread when <see cref="BufferStats.State"/> or its reason changed.</summary>
    public event Action? StateChanged
    {
        add => writer.StateChanged += value;
        remove => writer.StateChanged -= value;
    }

    /// <summary>Id of the store that new events are numbered in; empty while the file has never been opened because the disk refuses.</summary>
    public string Store => writer.Store;

    /// <summary>Number of the newest committed event of <see cref="Store"/>; 0 before the first.</summary>
    public long LastSeq => writer.LastSeq;

    /// <summary>Position of the newest committed event, see <see cref="StoredEvent.Position"/>.</summary>
    public long LastPosition => writer.LastPosition;

    /// <summary>Position up to which Kafka has everything.</summary>
    public long AcknowledgedPosition => writer.Acknowledged;

    /// <summary>A snapshot; costs one look at the oldest row.</summary>
    public BufferStats Stats => writer.Snapshot();

    /// <summary>
    /// Opens the file or makes it. A disk that refuses does not throw: the buffer then starts in
    /// <see cref="BufferState.Failing"/> and tries again.
    /// </summary>
    /// <exception cref="InvalidOperationException">The file is another gateway's, no buffer, or in use by another process.</exception>
    public static EventBuffer Open(BufferOptions options, TimeProvider time, ILogger log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBytes, BufferOptions.LeastMaxBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(options.ReserveBytes);
        var buffer = new EventBuffer(options, time, log);
        buffer.writer.Start();
        return buffer;
    }

    /// <summary>
    /// Serialises the event's fields at once and completes when the event is synced to disk with a number. Does not
    /// complete while the buffer is full or the disk refuses; the event is then tried again.
    /// </summary>
    /// <exception cref="BufferUnavailableException">Too much is waiting already, or the buffer was closed first: not accepted.</exception>
    /// <exception cref="ArgumentException">The event is larger than 60 KiB.</exception>
    public Task Append(GatewayEvent e, Importance importance = Importance.Evidence) =>
        intake.Add(e, importance, OffsetMs());

    /// <summary>As <see cref="Append(GatewayEvent, Importance)"/>, all events in one commit: all are accepted or none.</summary>
    /// <exception cref="BufferUnavailableException">Too much is waiting already, or the buffer was closed first: not accepted.</exception>
    /// <exception cref="ArgumentException">One event is larger than 60 KiB, or all together are larger than 256 KiB.</exception>
    public Task Append(IReadOnlyList<GatewayEvent> events, Importance importance = Importance.Evidence) =>
        intake.Add(events, importance, [], OffsetMs());

    /// <summary>As <see cref="Append(IReadOnlyList{GatewayEvent}, Importance)"/>, with at most <see cref="MaxNotes"/> notes in the same commit.</summary>
    /// <exception cref="BufferUnavailableException">Too much is waiting already, or the buffer was closed first: not accepted.</exception>
    /// <exception cref="ArgumentException">One event is larger than 60 KiB, all together are larger than 256 KiB, or there are too many notes.</exception>
    public Task Append(IReadOnlyList<GatewayEvent> events, Importance importance, IReadOnlyList<Note> notes) =>
        intake.Add(events, importance, notes, OffsetMs());

    /// <summary>The notes that are committed.</summary>
    /// <exception cref="BufferUnavailableException">The disk refuses; try again when <see cref="Stats"/> is no longer failing.</exception>
    public IReadOnlyList<Note> ReadNotes() => writer.ReadNotes();

    /// <summary>Adds to a list what is committed after a position, in order; returns how many. At most about 4 MiB of bodies a call.</summary>
    /// <exception cref="BufferUnavailableException">The disk refuses; try again when <see cref="Stats"/> is no longer failing.</exception>
    public int Read(long afterPosition, int maxCount, List<StoredEvent> into) => writer.Read(afterPosition, maxCount, into);

    /// <summary>Completes when something after a position is committed.</summary>
    public Task WaitForEvents(long afterPosition, CancellationToken stop) => writer.WaitForEvents(afterPosition, stop);

    /// <summary>
    /// Kafka has everything up to a position: those events are deleted with one of the next commits. Completes at
    /// once; a crash before the deletion means that they are sent again, under the same numbers.
    /// </summary>
    public Task Acknowledge(long upToPosition)
    {
        writer.Acknowledge(upToPosition);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Kafka refuses an event for good: it is kept beside the queue for a person, named in the ledger, and may be acknowledged
    /// once this completes. Does not complete while the disk refuses; it is then tried again.
    /// </summary>
    /// <param name="position">Its <see cref="StoredEvent.Position"/>.</param>
    /// <param name="reason">What Kafka said.</param>
    /// <exception cref="BufferUnavailableException">The buffer was closed first.</exception>
    public Task SetAside(long position, string reason) => writer.SetAside(position, reason);

    /// <summary>
    /// The clock has been set: the events of this boot that were recorded while it was not are dated again, the
    /// ones before a restart of this process included. Completes when that is on disk.
    /// </summary>
    public Task SetClock(DateTimeOffset wallNow, ClockQuality quality) =>
        quality == ClockQuality.Unsynced
            ? Task.CompletedTask
            : writer.SetClock(wallNow.ToUnixTimeMilliseconds() - BootClock.Milliseconds(time), quality);

    /// <summary>Commits what waits, if the disk lets it, and closes the file.</summary>
    public async ValueTask DisposeAsync() => await writer.Stop();

    private long OffsetMs() => time.GetUtcNow().ToUnixTimeMilliseconds() - BootClock.Milliseconds(time);
}
