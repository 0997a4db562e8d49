using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Tests.Views;

[Collection(DatabaseCollection.Name)]
public sealed class MovementIdsTests(Database databases)
{
    private const int Day = 24 * 60;
    private const int Ids = 50_000;

    [Fact]
    public void An_id_is_known_for_seven_days_either_way_and_new_after_eight()
    {
        var ids = new MovementIds();
        var noon = 20_000 * Day;
        Assert.All(Enumerable.Range(0, Ids), i => Assert.True(TryAdd(ids, Hash(i), noon)));
        Assert.All(Enumerable.Range(0, Ids), i => Assert.False(TryAdd(ids, Hash(i), noon + (7 * Day))));
        Assert.All(Enumerable.Range(0, Ids), i => Assert.False(TryAdd(ids, Hash(i), noon - (7 * Day))));
        Assert.All(Enumerable.Range(0, Ids), i => Assert.True(TryAdd(ids, Hash(i), noon + (8 * Day))));
        Assert.All(Enumerable.Range(0, Ids), i => Assert.False(TryAdd(ids, Hash(i), noon + (8 * Day))));
    }

    [Fact]
    public void An_id_is_new_again_however_much_later_it_comes_back()
    {
        // The days of ids are kept modulo 256.
        foreach (var days in new[] { 100, 200, 255, 256, 257, 300, 512 })
        {
            var ids = new MovementIds();
            Assert.True(TryAdd(ids, Hash(1), 20_000 * Day));
            for (var day = 7; day < days; day += 7)
            {
                TryAdd(ids, Hash(2), (20_000 + day) * Day);
                ids.Forget();
            }

            Assert.True(TryAdd(ids, Hash(1), (20_000 + days) * Day));
        }
    }

    [Fact]
    public void A_fact_dated_far_ahead_makes_no_id_forgotten()
    {
        var ids = new MovementIds();
        Assert.All(Enumerable.Range(0, Ids), i => Assert.True(TryAdd(ids, Hash(i), 20_000 * Day)));
        Assert.True(ids.TryAdd(Hash(Ids), 60_000 * Day, 20_001 * Day));
        ids.Forget();
        Assert.All(Enumerable.Range(0, Ids), i => Assert.False(TryAdd(ids, Hash(i), 20_001 * Day)));
    }

    [Fact]
    public async Task An_instance_that_starts_knows_what_one_that_kept_running_knows_whatever_is_still_stored()
    {
        const int First = 20_000 * Day;
        await using var store = await databases.NewStore("sqlite");
        using var transaction = store.BeginShort();
        var running = new MovementIds();
        foreach (var (id, minute) in new[] { (1, First), (2, First + Day), (3, First + (8 * Day)) })
        {
            Assert.True(TryAdd(running, Hash(id), minute));
            var ids = new byte[12];
            BitConverter.TryWriteBytes(ids, Hash(id));
            BitConverter.TryWriteBytes(ids.AsSpan(sizeof(ulong)), minute);
            transaction.Command("INSERT INTO movement_ids (part, to_at, event_at, ids) VALUES (0, @minute, 0, @ids)").With("minute", (long)minute).With("ids", ids).Run();
        }

        running.Forget();
        foreach (var known in new[] { running, MovementIds.Load(transaction, 0) })
        {
            Assert.Equal([true, false, false], new[] { (1, First), (2, First + Day), (3, First + (8 * Day)) }.Select(entry => TryAdd(known, Hash(entry.Item1), entry.Item2)));
        }
    }

    [Fact]
    public async Task Of_a_batch_the_first_of_each_id_is_new_whichever_partition_the_others_are_of()
    {
        await using var store = await databases.NewStore("sqlite");
        var filter = new MovementFilter();
        using (var transaction = store.BeginShort())
        {
            filter.Load(transaction, [0, 1]);
        }

        var partitions = new[] { new Partition("inventory.movements", 0, null), new Partition("inventory.movements", 1, null) };
        var (batch, records) = (new Batch(), new Records());
        for (var i = 0; i < Ids; i++)
        {
            Feed.Add(batch, records.Movement(0, MovementKind.Received, 1, $"m-{i / 4}"), partitions[i % 2], i, 0);
        }

        filter.Mark(batch.Movements);
        Assert.All(Enumerable.Range(0, Ids), i => Assert.Equal(i % 4 < 2, batch.Movements.IsNew[i]));

        // A batch that is tried again is not compared with itself.
        filter.Mark(batch.Movements);
        Assert.Equal(Ids / 2, batch.Movements.IsNew.Count(true));
    }

    [Fact]
    public void A_batch_that_was_not_compared_with_those_before_it_is_not_folded()
    {
        var batch = new Batch();
        Feed.Add(batch, new Records().Movement(0, MovementKind.Received, 1), new Partition("inventory.movements", 0, null), 0, 0);
        Assert.Throws<InvalidOperationException>(() => _ = batch.Movements.IsNew.Length);
    }

    private static bool TryAdd(MovementIds ids, ulong hash, int minute) => ids.TryAdd(hash, minute, minute);

    private static ulong Hash(int i) => KeyHash.Add(0, BitConverter.GetBytes(i));
}
