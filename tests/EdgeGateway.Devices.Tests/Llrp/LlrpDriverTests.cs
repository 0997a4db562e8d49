using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeGateway.Devices.Llrp;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Llrp;

/// <summary>The driver over TCP against a reader that somebody else's implementation of LLRP plays.</summary>
[Trait("Speed", "Slow")]
public sealed class LlrpDriverTests
{
    private static readonly LlrpSettings Settings = new()
    {
        Id = "portal-2", Driver = "llrp", Address = "127.0.0.1", Zone = "dock-1", Passage = "receiving",
    };

    [Fact]
    public async Task The_reader_is_set_up_in_order_and_its_tags_are_readings()
    {
        using var reader = await LlrpPeer.Start();
        await using var run = DriverRun.StartOnRealClock(Settings with { Address = reader.Address });
        await run.Until(sink => sink.Readings.Count == 2, "two tags");

        Assert.Equal(["SET_READER_CONFIG", "DELETE_ROSPEC", "ADD_ROSPEC", "ENABLE_ROSPEC", "START_ROSPEC"], reader.Requests());
        Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
        Assert.Collection(run.Sink.Of<TagReading>(),
            tag =>
            {
                Assert.Equal(("3074257BF7194E4000001A85", -47.0, 2, 5), (tag.Hex, tag.RssiDbm, tag.Antenna, tag.Reads));
                Assert.InRange(DateTimeOffset.UtcNow - tag.ObservedAt!.Value, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(12));
            },
            tag =>
            {
                Assert.Equal(("F73795211411234538566CB0AFC4", -61.0, 1, 1), (tag.Hex, tag.RssiDbm, tag.Antenna, tag.Reads));
                Assert.Null(tag.ObservedAt);
            });
    }

    [Fact]
    public async Task The_inventory_reads_without_end_and_reports_each_tag_with_antenna_strength_time_and_count()
    {
        using var reader = await LlrpPeer.Start();
        await using var run = DriverRun.StartOnRealClock(Settings with { Address = reader.Address, Antennas = [1, 4] });
        await run.Until(sink => sink.Readings.Count > 0, "tags");

        var spec = reader.Request("ADD_ROSPEC").GetProperty("ROSpec");
        Assert.Equal("[1,4]", Compact(spec.GetProperty("AISpec").GetProperty("AntennaIDs")));
        Assert.Equal("Null", spec.GetProperty("ROBoundarySpec").GetProperty("ROSpecStopTrigger").GetProperty("ROSpecStopTriggerType").GetString());
        Assert.Equal("EPCGlobalClass1Gen2", spec.GetProperty("AISpec").GetProperty("InventoryParameterSpec").GetProperty("ProtocolID").GetString());
        var report = spec.GetProperty("ROReportSpec");
        Assert.Equal(("Upon_N_Tags_Or_End_Of_AISpec", 1), (report.GetProperty("ROReportTrigger").GetString(), report.GetProperty("N").GetInt32()));
        Assert.Equal(
            ["EnableAntennaID", "EnablePeakRSSI", "EnableLastSeenTimestamp", "EnableTagSeenCount"],
            report.GetProperty("TagReportContentSelector").EnumerateObject().Where(flag => flag.Value.GetInt32() == 1).Select(flag => flag.Name));
        var keepAlive = reader.Request("SET_READER_CONFIG").GetProperty("KeepaliveSpec");
        Assert.Equal(("Periodic", 10_000), (keepAlive.GetProperty("KeepaliveTriggerType").GetString(), keepAlive.GetProperty("PeriodicTriggerValue").GetInt32()));
    }

    [Theory]
    [InlineData(22.0, 3)]
    [InlineData(20.0, 3)]
    [InlineData(36.0, 5)]
    public async Task Power_becomes_the_reader_s_strongest_step_that_is_not_above_it(double dbm, int step)
    {
        using var reader = await LlrpPeer.Start();
        await using var run = DriverRun.StartOnRealClock(Settings with { Address = reader.Address, Antennas = [2], PowerDbm = dbm });
        await run.Until(sink => sink.Readings.Count > 0, "tags");

        var antenna = reader.Request("ADD_ROSPEC").GetProperty("ROSpec").GetProperty("AISpec").GetProperty("InventoryParameterSpec").GetProperty("AntennaConfiguration");
        var transmitter = antenna.GetProperty("RFTransmitter");
        Assert.Equal((2, 3, 0, step), (antenna.GetProperty("AntennaID").GetInt32(), transmitter.GetProperty("HopTableID").GetInt32(),
            transmitter.GetProperty("ChannelIndex").GetInt32(), transmitter.GetProperty("TransmitPower").GetInt32()));
    }

    [Fact]
    public async Task Power_below_the_reader_s_lowest_step_is_told_with_that_step()
    {
        using var reader = await LlrpPeer.Start();
        await using var run = DriverRun.StartOnRealClock(Settings with { Address = reader.Address, PowerDbm = 5 });
        await run.Until(sink => sink.Detail is not null, "the report");

        Assert.Contains("lowest is 10 dBm", run.Sink.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keep_alives_are_answered()
    {
        using var reader = await LlrpPeer.Start("keepalive");
        await using var run = DriverRun.StartOnRealClock(Settings with { Address = reader.Address });

        await run.Until(sink => reader.Heard.Count(line => line.TryGetProperty("acknowledged", out _)) >= 50, "fifty answers");

        Assert.False(reader.Said("unanswered"));
        Assert.Single(run.Sink.Reports);
    }

    [Fact]
    public async Task The_reader_is_given_free_on_stop()
    {
        using var reader = await LlrpPeer.Start();
        await using (var run = DriverRun.StartOnRealClock(Settings with { Address = reader.Address }))
        {
            await run.Until(sink => sink.Readings.Count > 0, "tags");
        }

        await Eventually.True(() => reader.Requests().Contains("CLOSE_CONNECTION"), "the goodbye");
    }

    [Fact]
    public async Task A_reader_that_is_switched_off_and_on_is_set_up_again()
    {
        var reader = await LlrpPeer.Start();
        await using var run = DriverRun.StartOnRealClock(Settings with { Address = reader.Address });
        await run.Until(sink => sink.Readings.Count == 2, "tags");

        reader.Dispose();
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the loss");
        using var again = await LlrpPeer.Start(port: reader.Port);
        await run.Until(sink => sink.Readings.Count == 4, "tags again", TimeSpan.FromSeconds(20));

        Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
        Assert.Contains("START_ROSPEC", again.Requests());
    }

    [Theory]
    [InlineData("busy", "another client")]
    [InlineData("refuse", "no antenna 9")]
    public async Task A_reader_that_refuses_is_faulty_in_its_words_and_asked_again(string scenario, string detail)
    {
        using var reader = await LlrpPeer.Start(scenario);
        await using var run = DriverRun.StartOnRealClock(Settings with { Address = reader.Address });
        await run.Until(sink => sink.Reports.Count >= 2, "two tries");

        Assert.Equal(DeviceCondition.Faulty, run.Sink.Condition);
        Assert.Contains(detail, run.Sink.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pulled_antenna_is_a_fault_until_it_is_back()
    {
        using var reader = await LlrpPeer.Start("antenna");
        await using var run = DriverRun.StartOnRealClock(Settings with { Address = reader.Address });

        await run.Until(sink => sink.Reports.Count == 3, "lost and back");

        Assert.Equal([DeviceCondition.Ok, DeviceCondition.Faulty, DeviceCondition.Ok], run.Sink.Reports.Select(report => report.Condition));
        Assert.Contains("antenna 2", run.Sink.Reports[1].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "not an LLRP message")]
    [InlineData("\u0004\u003E\u0000\u0000\u0000\u0007AAAA", "not an LLRP message")]
    [InlineData("\u0004\u000B\u0000\u0000\u0000\u000AAAAA", "is it an LLRP reader")]
    public async Task A_device_that_is_no_reader_is_told_so(string says, string detail)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var run = DriverRun.StartOnRealClock(Settings with { Address = "127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port });
        using var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync(System.Text.Encoding.Latin1.GetBytes(says));

        await run.Until(sink => sink.Detail is not null, "the report");

        Assert.Contains(detail, run.Sink.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.168.7.2", "shelf", 1, null)]
    [InlineData("reader.local:5085", "shelf", 1, null)]
    [InlineData("not a host", "shelf", 1, "address")]
    [InlineData("192.168.7.2", "door", 1, "passage")]
    [InlineData("192.168.7.2", "shelf", 0, "antennas")]
    public void Settings_that_will_not_do_are_named(string address, string passage, int antenna, string? wrong)
    {
        var mistakes = (Settings with { Address = address, Passage = passage, Antennas = [antenna] }).Check();

        Assert.Equal(wrong, mistakes.Select(mistake => mistake.Path).SingleOrDefault());
    }

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);
}
