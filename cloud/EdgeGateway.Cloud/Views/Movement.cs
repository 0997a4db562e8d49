using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>What folding needs of a movement; the whole of it is with its batch. Times in Unix milliseconds.</summary>
/// <param name="Partition">Where it came from.</param>
/// <param name="RecordAt">Kafka's timestamp.</param>
/// <param name="At">Event time.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Article">Index of its site and sku among the batch's.</param>
/// <param name="Hash">Of site, sku and id.</param>
/// <param name="Place">Where the batch keeps it.</param>
/// <param name="Length">How many bytes that are.</param>
public readonly record struct Movement(
    Partition Partition, long RecordAt, long At, long Quantity, MovementKind Kind, int Article, ulong Hash, int Place, int Length)
{
    public const int MinuteMilliseconds = 60_000;

    /// <summary>A fact dated further ahead than this of when it was sent does not move the time of its partition there.</summary>
    private const long MaxAheadMilliseconds = 24 * 60 * 60 * 1000;

    /// <summary>Event time, minutes since 1970.</summary>
    public int Minute => (int)(At / MinuteMilliseconds);

    /// <summary>What it says about the time of its partition: its event time, unless that is far ahead.</summary>
    public long Clock => Math.Min(At, RecordAt + MaxAheadMilliseconds);
}
