using EdgeGateway.Agent.Clock;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Tags;

namespace EdgeGateway.Agent.Intake;

/// <summary>
/// All tags that the gateway's readers see. A change that the buffer did not take is kept, and no further read is taken
/// before it is: so the read that showed it is never acknowledged without it. Which tags are present is a note in the buffer, in
/// the commit of the change: after a restart no tag arrives twice, and one that left meanwhile departs.
/// </summary>
internal sealed class TagField(TagSmoothingSettings settings, EventBuffer buffer, GatewayClock clock, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly TagSmoothing smoothing = new(settings);
    private readonly List<TagEvent> changes = [];
    private bool restored;
    private readonly DateTimeOffset epoch = time.GetUtcNow();
    private readonly long epochTimestamp = time.GetTimestamp();

    /// <summary>A clock for windows that nobody sets.</summary>
    private DateTimeOffset Steady => epoch + time.GetElapsedTime(epochTimestamp);

    /// <summary>Takes a read; completes when the change it showed, if any, is on disk.</summary>
    /// <param name="reading">The read.</param>
    /// <param name="place">Where its reader stands.</param>
    /// <param name="observedAt">When it was read, UTC.</param>
    /// <param name="quality">How the clock behind that was set.</param>
    /// <param name="change">What it showed of its tag; null when nothing.</param>
    public Task Observe(TagReading reading, ReaderPlace place, DateTimeOffset observedAt, ClockQuality quality, out TagEvent? change)
    {
        change = null;
        lock (gate)
        {
            var earlier = Restore() is { IsFaulted: true } unread ? unread : Append(quality);
            if (earlier.IsFaulted)
            {
                return earlier;
            }

            smoothing.Observe(reading.ObservedAt == observedAt ? reading : reading with { ObservedAt = observedAt }, place, Steady, changes);

            // Another tag may have departed to make room for this one.
            change = changes is [.., var newest] && string.Equals(newest.Hex, reading.Hex, StringComparison.OrdinalIgnoreCase) ? newest : null;
            return Append(quality);
        }
    }

    /// <summary>Lets tags depart that were not seen for long enough. What the buffer does not take now goes with the next read or tick.</summary>
    public void Expire()
    {
        lock (gate)
        {
            _ = Restore();
            smoothing.Expire(Steady, changes);
            _ = Append(clock.Quality);
        }
    }

    /// <summary>Takes up the tags that are present, once the buffer can say which.</summary>
    private Task Restore()
    {
        try
        {
            foreach (var note in restored ? [] : buffer.ReadNotes())
            {
                if (!VisitNote.IsOne(note) && PresentTag.Read(note) is { } tag)
                {
                    smoothing.Restore(note.Key, tag.Device, new ReaderPlace(tag.Zone, tag.Passage), DateTimeOffset.FromUnixTimeMilliseconds(tag.ObservedMs), Steady);
                }
            }

            restored = true;
            return Task.CompletedTask;
        }
        catch (BufferUnavailableException e)
        {
            return Task.FromException(e);
        }
    }

    /// <summary>Appends the changes in their order, in parts: a reader that goes dark lets all its tags depart at once.</summary>
    private Task Append(ClockQuality quality)
    {
        var committed = Task.CompletedTask;
        while (changes.Count > 0 && !committed.IsFaulted)
        {
            var part = changes.GetRange(0, Math.Min(changes.Count, EventBuffer.MaxNotes));
            committed = buffer.Append(
                part.ConvertAll(GatewayEvent (change) => change with { Clock = quality }), Importance.Evidence, part.ConvertAll(PresentTag.NoteOf));
            if (!committed.IsFaulted)
            {
                changes.RemoveRange(0, part.Count);
            }
        }

        return committed;
    }
}
