namespace EdgeGateway.Devices.Tags;

/// <summary>
/// When reads become changes. As set, the first read of a tag is its arrival, so that a single report is never lost;
/// waiting for more reads or for a second look tells strong readers from stray ones, but a crash forgets tags only glimpsed.
/// </summary>
public sealed record TagSmoothingSettings
{
    /// <summary>Time unseen after which a tag has departed: readers miss 30 to 40 % of passes.</summary>
    public TimeSpan DepartedAfter { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Reads that make a glimpsed tag an arrived one.</summary>
    public int ArriveAfterReads { get; init; } = 1;

    /// <summary>Time since its first read that makes a glimpsed tag an arrived one, however few reads; null for never.</summary>
    public TimeSpan? ArriveAfter { get; init; }

    /// <summary>A tag moves to a zone that sees it by more than this stronger.</summary>
    public double MoveMarginDb { get; init; } = 6;

    /// <summary>
    /// Time after an arrival or a move within which a tag does not move again; a tag that its zone has not seen
    /// for as long moves whatever the signal.
    /// </summary>
    public TimeSpan HoldOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time unseen that ends a pass through a portal with a direction. A reader that misses 40 % of its rounds and makes four a second
    /// misses all of two seconds in every hundredth pass.
    /// </summary>
    public TimeSpan PassEndsAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time after which a pass is judged though the portal still sees the tag: it may stand there.</summary>
    public TimeSpan LongestPass { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Tags remembered at once; one more and the one unseen for longest has departed.</summary>
    public int MaxTags { get; init; } = 20_000;
}
