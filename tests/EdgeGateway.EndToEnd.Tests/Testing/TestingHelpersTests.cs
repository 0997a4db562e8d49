using EdgeGateway.Testing;

namespace EdgeGateway.EndToEnd.Tests.Testing;

/// <summary>The helpers that other tests lean on.</summary>
public sealed class TestingHelpersTests
{
    [Fact]
    public async Task Timers_fire_in_order_when_time_is_advanced()
    {
        var time = new ManualTime();
        var fired = new List<string>();
        await using ITimer late = time.CreateTimer(_ => fired.Add("late"), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        await using ITimer often = time.CreateTimer(_ => fired.Add("often"), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(["often", "often", "late", "often"], fired);
        Assert.Equal(1, time.PendingTimers);
    }

    [Fact]
    public void Setting_the_wall_clock_leaves_the_monotonic_one_alone()
    {
        var time = new ManualTime();
        long before = time.GetTimestamp();
        time.SetWallClock(DateTimeOffset.UnixEpoch);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1), time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(1), time.GetElapsedTime(before));
    }

    [Fact]
    public async Task A_condition_that_never_holds_is_named_in_the_failure()
    {
        TimeoutException e = await Assert.ThrowsAsync<TimeoutException>(
            () => Eventually.True(() => false, "the moon is square", TimeSpan.FromMilliseconds(50)));
        Assert.Contains("the moon is square", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_process_dies_with_everything_it_started()
    {
        string inner;
        using (ChildProcess child = ChildProcess.Start("bash", ["-c", "sleep 1000 & echo started $!; wait"]))
        {
            inner = (await child.WaitForLine("started")).Split(' ')[1];
            Assert.True(Directory.Exists($"/proc/{inner}"));
        }

        await Eventually.True(() => !IsRunning(inner), "the grandchild is gone");
    }

    [Fact]
    public async Task Error_lines_are_told_from_warnings_and_from_provoked_ones()
    {
        using ChildProcess child = ChildProcess.Start("bash", ["-c", "echo '2026-01-02T03:04:05.678Z warn: x broker away' >&2; echo '2026-01-02T03:04:05.678Z fail: y row lost' >&2; echo '<3>z: disk full' >&2"]);
        await child.WaitForExit();
        Assert.Equal(["2026-01-02T03:04:05.678Z fail: y row lost"], child.UnprovokedErrors("disk full"));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Mosquitto_keeps_queued_messages_over_a_restart()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartNew();
        string[] session = ["-h", MosquittoBroker.Host, "-p", $"{broker.Port}", "-q", "1", "-t", "t"];
        await ChildProcess.Run("mosquitto_sub", [.. session, "-i", "reader", "-c", "-E"]);
        await ChildProcess.Run("mosquitto_pub", [.. session, "-m", "kept"]);

        await broker.Stop();
        await broker.Start();

        (_, string output, _) = await ChildProcess.Run("mosquitto_sub", [.. session, "-i", "reader", "-c", "-C", "1"]);
        Assert.Equal("kept", output);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Kafka_keeps_its_records_over_an_outage()
    {
        await using KafkaFixture kafka = await KafkaFixture.StartOwn();
        await ChildProcess.Run("bash", ["-c", $"echo kept | kcat -P -b {kafka.Bootstrap} -t t -X acks=all"]);

        kafka.BeginOutage();
        await kafka.EndOutage();

        (_, string output, _) = await ChildProcess.Run("kcat", ["-C", "-b", kafka.Bootstrap, "-t", "t", "-e", "-q"]);
        Assert.Equal("kept", output);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Each_database_of_a_private_PostgreSQL_is_empty()
    {
        await using PostgresServer server = await PostgresServer.StartNew();
        string first = await server.CreateDatabase();
        string second = await server.CreateDatabase();
        Assert.NotEqual(first, second);
    }

    // A killed process whose new parent has not collected it yet is a zombie, not running.
    private static bool IsRunning(string pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
