using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Tests.Views;

[Collection(DatabaseCollection.Name)]
public sealed class MovementChainTests(Database databases)
{
    private const int Facts = 60;
    private const string Article = "80614141123458";

    private readonly Records records = new();

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task The_facts_of_a_level_are_found_by_time_whatever_order_and_batches_they_came_in(string kind)
    {
        var random = new Random(1);
        for (var round = 0; round < 5; round++)
        {
            await using var store = await databases.NewStore(kind);
            var facts = Enumerable.Range(0, Facts).Select(i => (object)records.Movement(i, MovementKind.Received, 1, $"m-{i}", i % 3 == 0 ? "milk" : Article)).ToArray();
            random.Shuffle(facts);
            // Tags add to the same levels in the same batches.
            var tags = Enumerable.Range(0, Facts).Select(i => (object)records.Tag(i, i, "receiving"));
            Feed.All(store, facts.Zip(tags).SelectMany(pair => new[] { pair.First, pair.Second }), 1 + random.Next(20));
            using var connection = store.OpenReader();
            for (var times = 0; times < 10; times++)
            {
                var from = random.Next(Facts);
                var to = from + random.Next(Facts - from);
                var expected = Enumerable.Range(from, to - from + 1).Where(i => i % 3 == 0).Select(i => $"m-{i}").Order(StringComparer.Ordinal);
                Assert.Equal(expected, Read("milk", from, to).Select(fact => fact.Id).Order(StringComparer.Ordinal));
                Assert.Equal((to - from + 1) + Enumerable.Range(from, to - from + 1).Count(i => i % 3 != 0), Read(Article, from, to).Count());
            }

            IEnumerable<StoredMovement> Read(string sku, int from, int to) => MovementChain.Read(
                connection, new LevelKey(records.Site, sku), Records.At(from).ToUnixTimeMilliseconds(), Records.At(to).ToUnixTimeMilliseconds());
        }
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task What_another_instance_adds_in_between_is_in_the_chain(string kind)
    {
        await using var store = await databases.NewStore(kind);
        var (here, there) = (Feed.New(store), Feed.New(store));
        for (var i = 0; i < 6; i++)
        {
            var feed = i % 2 == 0 ? here : there;
            // Each instance has partitions of its own: movements come here, tags there.
            feed.Add(i % 2 == 0 ? records.Movement(i, MovementKind.Received, 1, sku: Article) : records.Tag(i, i, "receiving"));
            feed.Commit();
        }

        using var connection = store.OpenReader();
        var times = MovementChain.Read(connection, new LevelKey(records.Site, Article), long.MinValue, long.MaxValue).Select(fact => fact.At);
        Assert.Equal(Enumerable.Range(0, 6).Select(i => Records.At(i).ToUnixTimeMilliseconds()), times);
    }
}
