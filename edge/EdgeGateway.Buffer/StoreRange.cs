namespace EdgeGateway.Buffer;

/// <summary>From position <paramref name="First"/> on, up to the next range, events are numbered in <paramref name="Store"/>.</summary>
internal readonly record struct StoreRange(long First, string Store, long FirstSeq)
{
    public long SeqOf(long position) => position - First + FirstSeq;
}

internal static class StoreRanges
{
    /// <summary>The range of a position; ranges ascend.</summary>
    public static StoreRange Of(this IReadOnlyList<StoreRange> ranges, long position)
    {
        var index = ranges.Count - 1;
        while (index > 0 && ranges[index].First > position)
        {
            index--;
        }

        return ranges[index];
    }
}
