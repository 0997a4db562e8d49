namespace EdgeGateway.Cloud.Views;

/// <summary>
/// A set of sequence numbers from 1, kept as ranges. A gateway numbers without gaps, so this is one range but for what is
/// on its way over other partitions. Past <see cref="MaxRanges"/> the two lowest ranges are taken as one.
/// </summary>
public sealed class SeqSet
{
    /// <summary>More holes than that at once come from no gateway.</summary>
    public const int MaxRanges = 10_000;

    private readonly List<SeqRange> ranges = [];

    /// <summary>0 when empty.</summary>
    public long Highest => ranges.Count == 0 ? 0 : ranges[^1].To;

    /// <summary>Everything from 1 up to here is in the set; 0 when 1 is not.</summary>
    public long Contiguous => ranges.Count > 0 && ranges[0].From == 1 ? ranges[0].To : 0;

    public IReadOnlyList<SeqRange> Ranges => ranges;

    public void Add(long seq)
    {
        if (ranges.Count > 0 && ranges[^1].To == seq - 1)
        {
            ranges[^1] = ranges[^1] with { To = seq };
        }
        else
        {
            Add(new SeqRange(seq, seq));
        }
    }

    public void Add(SeqRange added)
    {
        var first = FirstReaching(added.From - 1);
        var last = first;
        var (from, to) = (added.From, added.To);
        while (last < ranges.Count && ranges[last].From <= to + 1)
        {
            from = Math.Min(from, ranges[last].From);
            to = Math.Max(to, ranges[last].To);
            last++;
        }

        ranges.RemoveRange(first, last - first);
        ranges.Insert(first, new SeqRange(from, to));
        if (ranges.Count > MaxRanges)
        {
            ranges[1] = new SeqRange(ranges[0].From, ranges[1].To);
            ranges.RemoveAt(0);
        }
    }

    public bool Contains(long seq)
    {
        var index = FirstReaching(seq);
        return index < ranges.Count && ranges[index].From <= seq;
    }

    /// <summary>What is not in the set from <paramref name="from"/> up to <paramref name="upTo"/>, in ascending order.</summary>
    public IEnumerable<SeqRange> Missing(long from, long upTo)
    {
        var next = from;
        for (var i = FirstReaching(from); i < ranges.Count && next <= upTo; i++)
        {
            if (ranges[i].From > next)
            {
                yield return new SeqRange(next, Math.Min(upTo, ranges[i].From - 1));
            }

            next = Math.Max(next, ranges[i].To + 1);
        }

        if (next <= upTo)
        {
            yield return new SeqRange(next, upTo);
        }
    }

    /// <summary>Differences between the bounds, each in as few bytes as it takes.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream(4 * ranges.Count);
        using var writer = new BinaryWriter(bytes);
        var at = 0L;
        foreach (var range in ranges)
        {
            writer.Write7BitEncodedInt64(range.From - at);
            writer.Write7BitEncodedInt64(range.To - range.From);
            at = range.To;
        }

        return bytes.ToArray();
    }

    public static SeqSet FromBytes(byte[] bytes)
    {
        var set = new SeqSet();
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var at = 0L;
        while (reader.BaseStream.Position < bytes.Length)
        {
            var from = at + reader.Read7BitEncodedInt64();
            at = from + reader.Read7BitEncodedInt64();
            set.ranges.Add(new SeqRange(from, at));
        }

        return set;
    }

    // Index of the first range that ends at or past a number.
    private int FirstReaching(long seq)
    {
        var (low, high) = (0, ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ranges[middle].To < seq)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}

/// <summary>Both ends belong to it.</summary>
public readonly record struct SeqRange(long From, long To)
{
    public long Count => To - From + 1;
}
