using EdgeGateway.Cloud.Views;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeGateway.Cloud.Tests.Views;

public sealed class SeqSetTests
{
    private static Arbitrary<int[]> Seqs => Gen.Choose(1, 60).ArrayOf().ToArbitrary();

    [Fact]
    public void It_holds_what_a_plain_set_holds_in_whatever_order_it_came() =>
        Prop.ForAll(Seqs, seqs =>
        {
            var set = new SeqSet();
            foreach (var seq in seqs)
            {
                set.Add(seq);
            }

            var stored = SeqSet.FromBytes(set.ToBytes());
            Assert.Equal(Enumerable.Range(1, 60).Where(seqs.Contains), Enumerable.Range(1, 60).Where(seq => stored.Contains(seq)));
            Assert.Equal(seqs.DefaultIfEmpty(0).Max(), stored.Highest);
            Assert.Equal(Enumerable.Range(1, 61).First(seq => !seqs.Contains(seq)) - 1, stored.Contiguous);
            Assert.All(stored.Ranges.Zip(stored.Ranges.Skip(1)), pair => Assert.True(pair.First.To + 1 < pair.Second.From));
            var missing = stored.Missing(1, 60).SelectMany(range => Enumerable.Range((int)range.From, (int)range.Count));
            Assert.Equal(Enumerable.Range(1, 60).Except(seqs), missing);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void However_many_holes_somebody_makes_it_keeps_to_its_bound()
    {
        var set = new SeqSet();
        for (var seq = 1L; seq <= 4 * SeqSet.MaxRanges; seq += 2)
        {
            set.Add(seq);
        }

        Assert.Equal(SeqSet.MaxRanges, set.Ranges.Count);
        Assert.Equal((4 * SeqSet.MaxRanges) - 1, set.Highest);
    }
}
