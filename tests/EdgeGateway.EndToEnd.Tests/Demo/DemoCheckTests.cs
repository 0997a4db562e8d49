using EdgeGateway.Contracts;
using EdgeGateway.Simulator.Check;
using EdgeGateway.Simulator.Journal;
using EdgeGateway.Simulator.Scenario;

namespace EdgeGateway.EndToEnd.Tests.Demo;

/// <summary>The demo's check passes a run in which all went well and fails one that is broken in any way it stands for.</summary>
public sealed class DemoCheckTests
{
    private readonly PerfectRun run = new();

    [Fact]
    public void A_run_in_which_nothing_went_wrong_passes()
    {
        var verdict = run.Check();
        Assert.Empty(verdict.Words);
        Assert.Equal(2, verdict.Counts["alerts"]);
        Assert.Equal(21, verdict.Counts["tags"]);
    }

    [Fact]
    public void Records_sent_twice_under_one_id_are_invisible_and_counted()
    {
        run.Records.AddRange(run.Records.Where(r => r.Topic == Topics.Tags).Select(r => r with { Offset = r.Offset + 100_000 }).ToList());
        var verdict = run.Check();
        Assert.True(verdict.Passed);
        Assert.Equal(28, verdict.Counts["duplicateRecords"]);
    }

    [Fact]
    public void A_lost_sample_is_found()
    {
        run.Records.Remove(run.Records.First(r => r.Topic == Topics.Temperature));
        AssertFails("lost", "hole", "view");
    }

    [Fact]
    public void A_lost_tag_is_found()
    {
        run.Records.Remove(run.Records.Last(r => r.Topic == Topics.Tags));
        AssertFails("lost");
    }

    [Fact]
    public void A_sample_that_was_never_published_is_found()
    {
        run.Journal.Remove(run.Journal.OfType<SampleEntry>().First(s => s.Source == SampleSource.Undated));
        AssertFails("extra");
    }

    [Fact]
    public void A_tag_that_never_was_there_is_found()
    {
        run.Add(PerfectRun.Event(run.Journal.OfType<TagEntry>().First() with { Hex = "3034257BF7194E4000001A85" }));
        AssertFails("extra", "view");
    }

    [Fact]
    public void Records_of_a_key_in_the_wrong_order_are_found()
    {
        var two = run.Records.Where(r => r.Key == "store-dallas-1/cold-room-1").Take(2).ToList();
        run.Records.RemoveAll(two.Contains);
        run.Records.AddRange([two[0] with { Offset = two[1].Offset }, two[1] with { Offset = two[0].Offset }]);
        AssertFails("order");
    }

    [Fact]
    public void A_reading_that_the_view_shows_twice_is_found()
    {
        run.Readings["truck-7/reefer-air"].Add(run.Readings["truck-7/reefer-air"][0]);
        AssertFails("twice");
    }

    [Fact]
    public void A_reading_that_the_view_lacks_is_found()
    {
        run.Readings["truck-7/reefer-air"].RemoveAt(3);
        AssertFails("view");
    }

    [Fact]
    public void A_missing_alert_is_found()
    {
        run.Alerts.RemoveAt(0);
        AssertFails("alert");
    }

    [Fact]
    public void An_alert_that_should_not_be_there_is_found()
    {
        run.Add(new AlertView("c", "silent", "resolved", "store-dallas-1", Site.Freezer, "dallas", null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null));
        AssertFails("alert");
    }

    [Fact]
    public void An_alert_that_opened_at_another_time_is_found()
    {
        run.Alerts[0] = run.Alerts[0] with { OpenedAt = run.Alerts[0].OpenedAt.AddMilliseconds(1) };
        AssertFails("alert");
    }

    [Fact]
    public void An_alert_that_was_not_published_is_found()
    {
        run.Records.RemoveAll(r => r.Topic == Topics.Alerts);
        AssertFails("alert");
    }

    [Fact]
    public void A_movement_counted_twice_is_found()
    {
        run.SetStock(DemoScenario.Jacket.Gtin, 110 + 110 + 12 - 5 - 20);
        AssertFails("stock");
    }

    [Fact]
    public void A_level_that_was_not_published_is_found()
    {
        run.Records.RemoveAll(r => r.Topic == Topics.Levels);
        AssertFails("stock");
    }

    [Fact]
    public void Events_that_a_gateway_gave_up_are_found()
    {
        run.Add(new LedgerEvent
        {
            Gateway = "truck-7", Device = "buffer", ObservedAt = DateTimeOffset.UnixEpoch,
            Kind = "shed", FromSeq = 1, ToSeq = 2, LostFamily = "tags", Count = 2, Reason = "full",
        });
        AssertFails("lost", "view");
    }

    [Fact]
    public void A_gateway_that_the_cloud_believes_incomplete_is_found()
    {
        run.Gateways[0] = run.Gateways[0] with { Missing = ["1-2"] };
        AssertFails("view");
    }

    private void AssertFails(params string[] kinds)
    {
        var failures = run.Check().Failures;
        Assert.All(kinds, kind => Assert.Contains(kind, failures));
    }
}
