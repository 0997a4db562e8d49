using EdgeGateway.Cloud.Consume;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Tests.Views;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Cloud.Tests.Consume;

[Collection(DatabaseCollection.Name)]
public sealed class BatchWriterTests(Database databases)
{
    private readonly Records records = new();
    private readonly Partition partition = new(Topics.Status, 0, null);

    [Fact]
    public async Task What_was_read_behind_a_batch_that_a_rebuild_had_dropped_is_dropped_with_it()
    {
        await using var store = await databases.NewStore("sqlite");
        using var metrics = new CloudMetrics();
        using var writer = new BatchWriter(new ViewWriter(store, Feed.Settings, TimeProvider.System), new MovementFilter(), metrics, NullLogger.Instance, _ => { });
        Write(0);
        using (var rebuild = store.BeginShort())
        {
            rebuild.Command("UPDATE meta SET value = value + 1 WHERE name = 'generation'").Run();
            rebuild.Commit();
        }

        Write(1);
        Assert.True(writer.IsFenced);
        Write(2);

        using var connection = store.OpenReader();
        Assert.Equal(1, connection.Command("SELECT next_offset FROM consumed").Rows(row => row.GetInt64(0)).Single());
        writer.Abandon();
        Write(1);
        Assert.Equal(2, connection.Command("SELECT next_offset FROM consumed").Rows(row => row.GetInt64(0)).Single());

        void Write(long offset)
        {
            var batch = new Batch { At = 1 };
            batch.Add(records.Status(offset), partition, offset, recordAt: 1);
            writer.HandOver(batch, alsoLooksAtClock: false);
            Assert.True(writer.WaitUntilIdle(TimeSpan.FromSeconds(30)));
        }
    }
}
