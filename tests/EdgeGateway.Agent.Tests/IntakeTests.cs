using System.Text;
using EdgeGateway.Agent.Intake;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Gpio;
using EdgeGateway.Devices.Gpsd;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Tags;
using EdgeGateway.Devices.Zones;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Agent.Tests;

public sealed class IntakeTests : IAsyncLifetime
{
    private static readonly Profile Chilled = new()
    {
        Name = "chilled",
        Rules = [new ExcursionRule { Above = 8, For = TimeSpan.FromMinutes(30) }],
        SilentAfter = TimeSpan.FromMinutes(15),
    };

    private readonly ManualTime time = new();
    private readonly BufferedGateway gateway;

    public IntakeTests() => gateway = new BufferedGateway(time);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task A_reading_is_on_disk_when_its_task_completes()
    {
        await Probe().Accept(new TemperatureReading("probe", null, 4.5, Humidity: 55));

        var stored = Assert.Single(gateway.Events());
        Assert.Equal("""{"celsius":4.5,"humidity":55,"profile":"chilled"}""", Encoding.UTF8.GetString(stored.Body.Span));
        Assert.Equal(("probe", "g1/probe", time.GetUtcNow()), (stored.Device, Encoding.UTF8.GetString(stored.Key.Span), stored.ObservedAt));
        Assert.Equal(Importance.TemperatureInRange, stored.Importance);
    }

    [Fact]
    public async Task Faults_and_readings_out_of_range_are_evidence()
    {
        var probe = Probe();
        await probe.Accept(new TemperatureReading("probe", null, 8));
        await probe.Accept(new TemperatureReading("probe", null, null, "crc"));

        Assert.All(gateway.Events(), stored => Assert.True(stored.IsEvidence));
    }

    [Fact]
    public async Task An_excursion_opens_and_closes_an_alarm_and_its_end_is_evidence()
    {
        var probe = Probe();
        var changes = 0;
        probe.AlarmsChanged += () => changes++;
        for (var minutes = 0; minutes <= 30; minutes += 10)
        {
            await probe.Accept(new TemperatureReading("probe", null, 9 + minutes));
            time.Advance(TimeSpan.FromMinutes(10));
        }

        var alarm = Assert.Single(Alarms(probe));
        Assert.Equal(("probe", "excursion", "above 8 for 30m", 39.0), (alarm.Device, alarm.Kind, alarm.Rule, alarm.PeakCelsius));
        Assert.Equal(1, changes);

        await probe.Accept(new TemperatureReading("probe", null, 4));
        Assert.Empty(Alarms(probe));
        Assert.Equal(2, changes);
        Assert.True(gateway.Events()[^1].IsEvidence);
    }

    [Fact]
    public async Task An_open_alarm_survives_a_restart()
    {
        using var folder = new TempFolder();
        var probe = Probe();
        await probe.Accept(new TemperatureReading("probe", null, 9));
        time.Advance(TimeSpan.FromMinutes(10));
        await probe.Accept(new TemperatureReading("probe", null, 10));

        time.Advance(TimeSpan.FromMinutes(10));
        var again = Probe(Remembered(probe, folder));
        await again.Accept(new TemperatureReading("probe", null, 9));
        time.Advance(TimeSpan.FromMinutes(10));
        await again.Accept(new TemperatureReading("probe", null, 9));
        var alarm = Assert.Single(Alarms(again));
        Assert.Equal((time.GetUtcNow() - TimeSpan.FromMinutes(30), 10.0), (alarm.OpenedAt, alarm.PeakCelsius));
        Assert.Single(Alarms(Probe(Remembered(again, folder))));
    }

    [Fact]
    public void What_the_rules_remember_may_be_unreadable()
    {
        using var folder = new TempFolder();
        var path = folder.Write("rules.json", """{ "probe": "AAAA" }""");
        Assert.Null(new RulesMemory(path, time, NullLogger.Instance).StateOf("probe").LastAt);
        folder.Write("rules.json", "half a fi");
        Assert.Null(new RulesMemory(path, time, NullLogger.Instance).StateOf("probe").LastAt);
    }

    [Fact]
    public async Task A_probe_that_falls_silent_is_neither_warm_nor_cold_but_silent()
    {
        var probe = Probe();
        await probe.Accept(new TemperatureReading("probe", null, 4));
        Assert.Equal("ok", probe.Status().Health);

        time.Advance(TimeSpan.FromMinutes(16));
        probe.Tick();
        Assert.Equal("silent", probe.Status().Health);
        Assert.Equal("silent", Assert.Single(Alarms(probe)).Kind);
        Assert.Equal(4.0, probe.Status().LastValue!.Value.GetProperty("celsius").GetDouble());
    }

    [Fact]
    public async Task The_drivers_word_counts_for_health_and_the_last_good_value_stays()
    {
        var probe = Probe();
        Assert.Equal("unknown", probe.Status().Health);
        await probe.Accept(new TemperatureReading("probe", null, 4));
        probe.Report("probe", DeviceCondition.Unplugged, "no such file");

        var status = probe.Status();
        Assert.Equal(("unplugged", "no such file"), (status.Health, status.Detail));
        Assert.Equal(4.0, status.LastValue!.Value.GetProperty("celsius").GetDouble());
    }

    [Fact]
    public async Task What_a_source_had_stored_is_an_event_of_its_time_and_no_present_value()
    {
        var probe = Probe();
        await probe.Accept(new TemperatureReading("probe", null, 4));
        time.Advance(TimeSpan.FromMinutes(14));
        await probe.Accept(new TemperatureReading("probe", time.GetUtcNow() - TimeSpan.FromHours(2), null, "bad quality (0)") { IsStored = true });
        await probe.Accept(new TemperatureReading("probe", time.GetUtcNow() - TimeSpan.FromHours(1), 7) { IsStored = true });

        Assert.Equal(3, gateway.Events().Count);
        Assert.Equal(("ok", 14 * 60.0), (probe.Status().Health, probe.Status().AgeSeconds));
        Assert.Equal(4.0, probe.Status().LastValue!.Value.GetProperty("celsius").GetDouble());
    }

    [Fact]
    public async Task A_source_whose_clock_runs_ahead_is_dated_by_its_arrival()
    {
        var late = time.GetUtcNow() - TimeSpan.FromDays(1);
        var probe = Probe();
        await probe.Accept(new TemperatureReading("probe", late, 4));
        await probe.Accept(new TemperatureReading("probe", time.GetUtcNow() + TimeSpan.FromHours(1), 4));

        Assert.Equal([late, time.GetUtcNow()], gateway.Events().Select(stored => stored.ObservedAt));
    }

    [Fact]
    public async Task What_is_refused_is_counted_and_the_last_five_are_kept()
    {
        var probe = Probe();
        for (var i = 0; i < 7; i++)
        {
            probe.Refuse("probe", $"reason {i}", Encoding.UTF8.GetBytes("payload " + i));
        }

        probe.Refuse("probe", "binary", [0, 255]);
        await Probe().Accept(new TemperatureReading("probe", null, 4));

        Assert.Equal(8, probe.Status().Refused);
        Assert.Equal(["reason 3", "reason 4", "reason 5", "reason 6", "binary"], probe.LastRefusals().Select(refusal => refusal.Reason));
        Assert.Equal(["payload 6", "00FF"], probe.LastRefusals().TakeLast(2).Select(refusal => refusal.Sample));
    }

    [Fact]
    public async Task An_open_door_rides_with_the_probes_samples()
    {
        var door = new InputIntake(new GpioSettings { Id = "door", Driver = "gpio", Chip = "gpiochip0", Line = 1, Kind = "door" }, gateway.Buffer, gateway.Clock, time);
        var probe = new ProbeIntake(ProbeSettings(), Chilled, new ExcursionState(), () => door.ActiveSince, gateway.Buffer, gateway.Clock, time);
        var opened = time.GetUtcNow();
        await door.Accept(new InputReading("door", null, true));
        time.Advance(TimeSpan.FromMinutes(1));
        await probe.Accept(new TemperatureReading("probe", null, 5));
        await door.Accept(new InputReading("door", null, false));
        await probe.Accept(new TemperatureReading("probe", null, 5));

        var bodies = gateway.Events().ConvertAll(stored => Encoding.UTF8.GetString(stored.Body.Span));
        Assert.Contains($"\"doorOpenSince\":\"{Timestamp.Format(opened)}\"", bodies[1], StringComparison.Ordinal);
        Assert.DoesNotContain("doorOpenSince", bodies[3], StringComparison.Ordinal);
        Assert.Equal("""{"kind":"door","active":true}""", bodies[0]);
    }

    [Fact]
    public async Task A_visit_of_a_zone_is_a_position_and_evidence()
    {
        var gps = new PositionIntake(new GpsdSettings { Id = "gps", Driver = "gpsd", Address = "127.0.0.1" }, gateway.Buffer, gateway.Clock, time);
        await gps.Accept(new PositionReading("gps", null, 32.5, -96.5));
        await gps.Accept(new PositionReading("gps", null, 32.5, -96.5, Visit: new ZoneVisit("depot", ZoneChange.Left, null, TimeSpan.FromMinutes(5))));

        Assert.Equal([Importance.PositionInRange, Importance.Evidence], gateway.Events().Select(stored => stored.Importance));
        Assert.Equal(
            """{"latitude":32.5,"longitude":-96.5,"zone":"depot","change":"left","insideSeconds":300}""",
            Encoding.UTF8.GetString(gateway.Events()[1].Body.Span));
    }

    [Fact]
    public async Task After_a_restart_a_visit_goes_on_until_the_zone_is_left()
    {
        var since = time.GetUtcNow();
        await Visit("truck", ZoneChange.Entered);
        await Visit("truck", ZoneChange.Dwelled);
        await Visit("truck-2", ZoneChange.Entered);
        await gateway.Restart();

        Assert.Equal([new OpenVisit("depot", since, IsDwellTold: true)], VisitNote.Read(gateway.Buffer, "truck"));
        Assert.Equal([new OpenVisit("depot", since, IsDwellTold: false)], VisitNote.Read(gateway.Buffer, "truck-2"));

        // The notes of visits are no tags.
        var field = Field();
        time.Advance(TimeSpan.FromDays(1));
        field.Expire();
        await Visit("truck", ZoneChange.Left);
        Assert.Empty(VisitNote.Read(gateway.Buffer, "truck"));
        Assert.Equal(4, gateway.Events().Count);

        Task Visit(string device, ZoneChange change) =>
            new PositionIntake(new GpsdSettings { Id = device, Driver = "gpsd", Address = "127.0.0.1" }, gateway.Buffer, gateway.Clock, time)
                .Accept(new PositionReading(device, null, 32.5, -96.5, Visit: new ZoneVisit("depot", change, since, null)));
    }

    [Fact]
    public async Task Only_what_a_read_changes_makes_an_event()
    {
        var field = Field();
        var reader = Reader(field);
        for (var i = 0; i < 50; i++)
        {
            await reader.Accept(new TagReading("portal", null, "3074257BF7194E4000001A85", -40));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            """{"epc":"urn:epc:id:sgtin:0614141.812345.6789","rssiDbm":-40,"zone":"dock-1","change":"arrived"}""",
            reader.Status().LastValue!.Value.GetRawText());
        time.Advance(TimeSpan.FromMinutes(11));
        field.Expire();
        await Eventually.True(() => gateway.Events().Count == 2, "the arrival and the departure are buffered");
        Assert.All(gateway.Events(), stored => Assert.Equal("urn:epc:id:sgtin:0614141.812345.6789", Encoding.UTF8.GetString(stored.Key.Span)));
        Assert.Contains("\"change\":\"departed\"", Encoding.UTF8.GetString(gateway.Events()[1].Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_whose_arrival_the_buffer_did_not_take_is_not_acknowledged_by_its_repetition()
    {
        var reader = Reader(Field());
        await gateway.Buffer.DisposeAsync();

        await Assert.ThrowsAsync<BufferUnavailableException>(() => reader.Accept(new TagReading("portal", null, "E280116060000201")));
        await Assert.ThrowsAsync<BufferUnavailableException>(() => reader.Accept(new TagReading("portal", null, "E280116060000201")));
    }

    [Fact]
    public async Task After_a_restart_a_tag_still_there_does_not_arrive_again_and_one_that_left_meanwhile_departs()
    {
        const string stays = "3074257BF7194E4000001A85";
        const string leaves = "3074257BF7194E4000001A86";
        var before = Reader(Field());
        await before.Accept(new TagReading("portal", null, stays));
        await before.Accept(new TagReading("portal", null, leaves));
        await gateway.Restart();

        var field = Field();
        var after = Reader(field);
        for (var minute = 0; minute < 12; minute++)
        {
            await after.Accept(new TagReading("portal", null, stays));
            field.Expire();
            time.Advance(TimeSpan.FromMinutes(1));
        }

        await Eventually.Equal(3, () => gateway.Events().Count, "the departure is buffered");
        var departure = (TagEvent)gateway.Parsed()[^1];
        Assert.Equal((TagChange.Departed, leaves, "dock-1", "portal"), (departure.Change, departure.Hex, departure.Zone, departure.Device));
        await gateway.Restart();

        // It departed once, so it arrives once more; the other one is still there.
        var again = Reader(Field());
        await again.Accept(new TagReading("portal", null, leaves));
        await again.Accept(new TagReading("portal", null, stays));
        Assert.Equal(
            ["arrived", "arrived", "departed", "arrived"],
            gateway.Parsed().Cast<TagEvent>().Select(e => e.Change.ToString().ToLowerInvariant()));
    }

    [Fact]
    public async Task Thousands_of_tags_may_depart_at_once()
    {
        const int tags = 3_000;
        var field = Field();
        var reader = Reader(field);
        await Task.WhenAll(Enumerable.Range(0, tags).Select(i => reader.Accept(new TagReading("portal", null, $"E280{i:X20}"))));
        time.Advance(TimeSpan.FromMinutes(11));
        field.Expire();
        await Eventually.Equal(2 * tags, () => gateway.Buffer.LastSeq, "all have departed");
        Assert.Empty(gateway.Buffer.ReadNotes());
    }

    [Fact]
    public async Task One_entry_with_a_wildcard_stands_for_every_device_that_is_heard()
    {
        var added = 0;
        var router = new DeviceRouter(ProbeSettings(), settings => new ProbeIntake(settings, Chilled, new ExcursionState(), null, gateway.Buffer, gateway.Clock, time), () => added++);
        Assert.Equal("probe", Assert.Single(router.Devices).Id);

        await router.Accept(new TemperatureReading("a", null, 4));
        await router.Accept(new TemperatureReading("b", null, 5));
        await router.Accept(new TemperatureReading("a", null, 6));
        router.Refuse("b", "no number", default);

        Assert.Equal(["a", "b"], router.Devices.Select(device => device.Id));
        Assert.Equal(2, added);
        Assert.Equal([0L, 1L], router.Devices.Select(device => device.Refused));
        Assert.Equal(["a", "b", "a"], gateway.Events().Select(stored => stored.Device));
    }

    private static MqttSettings ProbeSettings() => new() { Id = "probe", Driver = "mqtt", Topic = "t/{device}", Format = MqttFormat.Number, Profile = "chilled" };

    private static List<EdgeAlarm> Alarms(DeviceIntake device)
    {
        var alarms = new List<EdgeAlarm>();
        device.CopyAlarmsTo(alarms);
        return alarms;
    }

    private ExcursionState Remembered(ProbeIntake probe, TempFolder folder)
    {
        new RulesMemory(folder["rules.json"], time, NullLogger.Instance).Save([probe], now: true);
        return new RulesMemory(folder["rules.json"], time, NullLogger.Instance).StateOf(probe.Id);
    }

    private ProbeIntake Probe(ExcursionState? state = null) => new(ProbeSettings(), Chilled, state ?? new ExcursionState(), null, gateway.Buffer, gateway.Clock, time);

    private TagField Field() => new(new TagSmoothingSettings(), gateway.Buffer, gateway.Clock, time);

    private ReaderIntake Reader(TagField field) => new(
        new MqttSettings { Id = "portal", Driver = "mqtt", Topic = "t", Format = MqttFormat.Zebra, Zone = "dock-1", Passage = "receiving" },
        field, gateway.Buffer, gateway.Clock, time);
}
