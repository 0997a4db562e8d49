using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>A buffered event as it is read back for sending.</summary>
/// <param name="Position">Place in this file's queue, ascending; what <see cref="EventBuffer.Read"/> and
/// <see cref="EventBuffer.Acknowledge"/> take. Equal to <paramref name="Seq"/> unless the event was salvaged from an older file.</param>
/// <param name="Store">Store that the event was numbered in: a salvaged event keeps the one it may already have been sent under.</param>
/// <param name="Seq">Number within <paramref name="Store"/>, from 1.</param>
/// <param name="Family">Decides the topic.</param>
/// <param name="Importance">What giving it up would cost.</param>
/// <param name="Device">Id of the device in the configuration.</param>
/// <param name="Key">Kafka key in UTF-8, complete.</param>
/// <param name="ObservedAt">UTC, to the millisecond; dated again when the clock was set after the event.</param>
/// <param name="Clock">How the clock behind <paramref name="ObservedAt"/> was set.</param>
/// <param name="Body">The family's fields as a JSON object in UTF-8.</param>
public readonly record struct StoredEvent(
    long Position,
    string Store,
    long Seq,
    EventFamily Family,
    Importance Importance,
    string Device,
    ReadOnlyMemory<byte> Key,
    DateTimeOffset ObservedAt,
    ClockQuality Clock,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>True for what is never shed.</summary>
    public bool IsEvidence => Importance == Importance.Evidence;
}
