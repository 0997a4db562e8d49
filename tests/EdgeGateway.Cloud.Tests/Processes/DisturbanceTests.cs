using System.Net;
using EdgeGateway.Cloud.Tests.Store;
using EdgeGateway.Cloud.Tests.Views;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Processes;

/// <summary>Whatever is killed, taken away or added while records come: the views are those of an undisturbed run, row by row.</summary>
[Collection(ProcessCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class DisturbanceTests(Database databases)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Killed_again_and_again_it_ends_with_the_views_of_an_undisturbed_run_on_either_database()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        using var onSqlite = new CloudProcess(kafka.Bootstrap, "one", await databases.New("sqlite"));
        using var onPostgres = new CloudProcess(kafka.Bootstrap, "two", await databases.New("postgres"));
        using var undisturbed = new CloudProcess(kafka.Bootstrap, "three", await databases.New("sqlite"));
        CloudProcess[] disturbed = [onSqlite, onPostgres];
        await onSqlite.Run("topics", "create", "--partitions", "3");
        var records = new Records();
        topics.Send(Load.Of(records, 3_000, 0));

        var kills = TestScale.Pick(1, 1, 40);
        for (var i = 1; i <= kills; i++)
        {
            await Task.WhenAll(disturbed.Select(cloud => cloud.Start()));
            topics.Send(Load.Of(records, 2_000, i));
            // By turns after the first commit of this life and at any moment: before it has partitions, between two commits or within one.
            var anyMoment = TimeSpan.FromMilliseconds(Random.Shared.Next(15_000));
            await Task.WhenAll(disturbed.Select(async cloud =>
            {
                var before = cloud.Folded();
                await (i % 2 == 1 ? Eventually.True(() => cloud.Folded() > before, "some records are folded", Long) : Task.Delay(anyMoment));
                cloud.Process.Kill();
            }));
        }

        CloudProcess[] all = [.. disturbed, undisturbed];
        await Task.WhenAll(all.Select(cloud => cloud.Start()));
        await Task.WhenAll(all.Select(cloud => Eventually.Equal(3_000 + (kills * 2_000L), () => cloud.Folded(), "all is folded", Long)));
        await Task.WhenAll(disturbed.Select(cloud => Same(undisturbed, cloud)));

        Assert.All(all, cloud => Assert.Empty(cloud.Errors));
    }

    [Fact]
    public async Task A_PostgreSQL_that_is_killed_and_restarted_under_load_costs_nothing()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        await using var postgres = await PostgresServer.StartNew();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        using var cloud = new CloudProcess(kafka.Bootstrap, "g", "postgres:" + await postgres.CreateDatabase());
        using var undisturbed = new CloudProcess(kafka.Bootstrap, "undisturbed", await databases.New("postgres"));
        await cloud.Run("topics", "create", "--partitions", "3");
        var records = new Records();
        await cloud.Start();
        var outages = TestScale.Pick(1, 1, 15);
        for (var i = 0; i < outages; i++)
        {
            topics.Send(Load.Of(records, 2_000, 2 * i));
            await Eventually.True(() => cloud.Folded() > i * 4_000, "some records are folded", Long);
            await postgres.BeginOutage();
            topics.Send(Load.Of(records, 2_000, (2 * i) + 1));
            await postgres.EndOutage();
        }

        await undisturbed.Start();
        await Eventually.Equal(outages * 4_000L, cloud.Folded, "all is folded", Long);
        await Eventually.Equal(outages * 4_000L, undisturbed.Folded, "all is folded undisturbed", Long);
        await Same(undisturbed, cloud);
        Assert.False(cloud.Process.HasExited);
        Assert.Empty(cloud.Errors);
    }

    [Fact]
    public async Task Instances_that_join_and_leave_under_load_change_nothing_but_speed()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        var database = await databases.New("postgres");
        CloudProcess[] instances = [.. Enumerable.Range(0, 3).Select(_ => new CloudProcess(kafka.Bootstrap, "g", database))];
        using var alone = new CloudProcess(kafka.Bootstrap, "alone", await databases.New("postgres"));
        try
        {
            await alone.Run("topics", "create", "--partitions", "4");
            var records = new Records();
            var rounds = TestScale.Pick(1, 2, 20);
            for (var i = 0; i < rounds; i++)
            {
                // One joins while the one before still works, which then leaves: by turns it says so or is killed.
                await instances[i % 3].Start();
                topics.Send(Load.Of(records, 3_000, i));
                await Eventually.True(() => instances[0].Folded() > (i * 3_000) + 500, "the work goes on", Long);
                if (i > 0)
                {
                    var leaving = instances[(i - 1) % 3].Process;
                    if (i % 2 == 1)
                    {
                        leaving.Kill();
                    }
                    else
                    {
                        leaving.Terminate();
                        Assert.Equal(0, await leaving.WaitForExit());
                    }
                }
            }

            await alone.Start();
            await Eventually.Equal(rounds * 3_000L, instances[0].Folded, "all is folded", Long);
            await Eventually.Equal(rounds * 3_000L, alone.Folded, "one alone does all", Long);
            await Same(alone, instances[0]);
            Assert.All(instances, instance => Assert.Empty(instance.Errors));
        }
        finally
        {
            Array.ForEach(instances, instance => instance.Dispose());
        }
    }

    [Fact]
    public async Task A_broker_that_goes_away_under_load_and_comes_back_costs_nothing()
    {
        await using var kafka = await KafkaFixture.StartOwn();
        using var topics = new KafkaTopics(kafka.Bootstrap);
        using var cloud = new CloudProcess(kafka.Bootstrap, "g", await databases.New("sqlite"));
        using var undisturbed = new CloudProcess(kafka.Bootstrap, "undisturbed", await databases.New("sqlite"));
        await cloud.Run("topics", "create", "--partitions", "2");
        var records = new Records();
        await cloud.Start();
        using var http = await cloud.SignIn();
        var outages = TestScale.Pick(1, 1, 10);
        for (var i = 0; i < outages; i++)
        {
            topics.Send(Load.Of(records, 2_000, i));
            await Eventually.True(() => cloud.Folded() > i * 2_000, "some are folded", Long);
            kafka.BeginOutage();
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz")).StatusCode);
            await kafka.EndOutage();
        }

        await undisturbed.Start();
        await Eventually.Equal(outages * 2_000L, cloud.Folded, "all is folded", Long);
        await Eventually.Equal(outages * 2_000L, undisturbed.Folded, "all is folded undisturbed", Long);
        await Same(undisturbed, cloud);
        Assert.Empty(cloud.Errors);
    }

    // The clock finds out a while later that the gateway is not heard of any more.
    private static async Task Same(CloudProcess expected, CloudProcess actual)
    {
        try
        {
            await Eventually.True(() => expected.Dump().SequenceEqual(actual.Dump()), "the views are the same", Long);
        }
        catch (TimeoutException)
        {
            Assert.Equal(expected.Dump(), actual.Dump());
            throw;
        }
    }
}
