namespace EdgeGateway.Cloud.Views;

/// <summary>
/// A set of sequence numbers from 1, kept as ranges. A gateway numbers without gaps, so this is one range but for what is
/// on its way over other partitions. Past <see cref="MaxRanges"/> the lowest ranges are taken as one.
/// </summary>
public sealed class SeqSet
{
    /// <summary>More holes than that at once come from no gateway.</summary>
    public const int MaxRanges = 10_000;

    private const int FewNumbers = 8;

    // Numbers of a batch that are in no range yet. A gateway's numbers come over several partitions; put in one by one,
    // each would move all ranges behind it.
    private List<long> added = [];
    private List<SeqRange> ranges = [];

    /// <summary>0 when empty.</summary>
    public long Highest => Ranges.Count == 0 ? 0 : ranges[^1].To;

    /// <summary>Everything from 1 up to here is in the set; 0 when 1 is not.</summary>
    public long Contiguous => Ranges.Count > 0 && ranges[0].From == 1 ? ranges[0].To : 0;

    public IReadOnlyList<SeqRange> Ranges
    {
        get
        {
            Settle();
            return ranges;
        }
    }

    public void Add(long seq)
    {
        if (ranges.Count > 0 && ranges[^1].To == seq - 1)
        {
            ranges[^1] = ranges[^1] with { To = seq };
        }
        else
        {
            added.Add(seq);
        }
    }

    public void Add(SeqRange range)
    {
        Settle();
        Put(range);
    }

    public bool Contains(long seq)
    {
        Settle();
        var index = FirstReaching(seq);
        return index < ranges.Count && ranges[index].From <= seq;
    }

    /// <summary>What is not in the set from <paramref name="from"/> up to <paramref name="upTo"/>, in ascending order.</summary>
    public IEnumerable<SeqRange> Missing(long from, long upTo)
    {
        Settle();
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
        using var bytes = new MemoryStream(4 * Ranges.Count);
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

    private void Settle()
    {
        if (added.Count == 0)
        {
            return;
        }

        if (added.Count <= FewNumbers)
        {
            added.ForEach(seq => Put(new SeqRange(seq, seq)));
            added.Clear();
        }
        else
        {
            added.Sort();
            ranges = Merged();
            added = [];
        }
    }

    private void Put(SeqRange range)
    {
        var first = FirstReaching(range.From - 1);
        var last = first;
        var (from, to) = (range.From, range.To);
        while (last < ranges.Count && ranges[last].From <= to + 1)
        {
            from = Math.Min(from, ranges[last].From);
            to = Math.Max(to, ranges[last].To);
            last++;
        }

        ranges.RemoveRange(first, last - first);
        ranges.Insert(first, new SeqRange(from, to));
        Bound(ranges);
    }

    private List<SeqRange> Merged()
    {
        var merged = new List<SeqRange>(ranges.Count + FewNumbers);
        var (range, number) = (0, 0);
        while (range < ranges.Count || number < added.Count)
        {
            var next = number == added.Count || (range < ranges.Count && ranges[range].From <= added[number])
                ? ranges[range++]
                : new SeqRange(added[number], added[number++]);
            if (merged.Count > 0 && next.From <= merged[^1].To + 1)
            {
                merged[^1] = merged[^1] with { To = Math.Max(merged[^1].To, next.To) };
            }
            else
            {
                merged.Add(next);
            }
        }

        Bound(merged);
        return merged;
    }

    private static void Bound(List<SeqRange> ranges)
    {
        if (ranges.Count > MaxRanges)
        {
            var tooMany = ranges.Count - MaxRanges;
            ranges[tooMany] = new SeqRange(ranges[0].From, ranges[tooMany].To);
            ranges.RemoveRange(0, tooMany);
        }
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
