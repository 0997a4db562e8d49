namespace EdgeGateway.Buffer;

/// <summary>From position <paramref name="First"/> on, up to the next range, events are numbered in <paramref name="Store"/>.</summary>
internal readonly record struct StoreRange(long First, string Store, long FirstSeq)
{
    public long SeqOf(long position) => position - First + FirstSeq;
}
