using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>What of a gateway's numbers neither came nor was given up.</summary>
public static class Completeness
{
    /// <summary>
    /// Missing ranges up to a number. A ledger entry names a range of which it gave up a certain count, the others of the range
    /// arrive; the holes in such a range are explained as long as there are no more of them than were given up.
    /// </summary>
    public static IEnumerable<SeqRange> Unexplained(SeqSet seen, IReadOnlyList<LedgerRow> ledger, long upTo)
    {
        foreach (var hole in seen.Missing(1, upTo))
        {
            var entries = ledger.Where(entry => entry.FromSeq <= hole.To && entry.ToSeq >= hole.From).ToList();
            if (entries.Count == 0)
            {
                yield return hole;
                continue;
            }

            var (from, to) = (entries.Min(entry => entry.FromSeq), entries.Max(entry => entry.ToSeq));
            var holes = seen.Missing(from, Math.Min(to, upTo)).Sum(range => range.Count);
            var outside = hole.From < from || hole.To > to;
            if (outside || holes > entries.Sum(entry => entry.Count))
            {
                yield return hole;
            }
        }
    }
}
