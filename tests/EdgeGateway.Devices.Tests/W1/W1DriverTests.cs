using EdgeGateway.Devices.W1;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.W1;

/// <summary>The 1-wire driver against recorded kernel files in a made-up tree.</summary>
public sealed class W1DriverTests : IDisposable
{
    private const string Address = "28-00000a1b2c3d";
    private const string Scratchpad = "sys/bus/w1/devices/" + Address + "/w1_slave";

    private static readonly W1Settings Settings = new()
    {
        Id = "cold-room-1", Driver = "w1", Address = Address, Every = TimeSpan.FromSeconds(30),
    };

    private readonly TempFolder tree = new();

    public void Dispose() => tree.Dispose();

    [Theory]
    [InlineData("reading-27.5", 27.5)]
    [InlineData("reading-minus-18.4", -18.437)]
    [InlineData("true-85", 85.0)]
    public async Task A_sound_scratchpad_is_a_temperature(string recording, double celsius)
    {
        tree.Write(Scratchpad, Recording(recording));

        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        var reading = run.Sink.Of<TemperatureReading>()[0];
        Assert.Equal(celsius, reading.Celsius);
        Assert.Null(reading.Fault);
        Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
    }

    [Theory]
    [InlineData("crc-no", "crc")]
    [InlineData("power-on-85", "power-on value")]
    [InlineData("zeros", "data line low")]
    [InlineData("out-of-range", "out of range")]
    public async Task An_unsound_scratchpad_is_a_fault_and_never_a_temperature(string recording, string fault)
    {
        tree.Write(Scratchpad, Recording(recording));

        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count >= 2, "two fault readings");

        Assert.All(run.Sink.Of<TemperatureReading>(), reading =>
        {
            Assert.Null(reading.Celsius);
            Assert.Equal(fault, reading.Fault);
        });
        Assert.Equal(DeviceCondition.Faulty, run.Sink.Condition);
        Assert.NotNull(run.Sink.Detail);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("b8 01 4b 46 7f ff 08 10 8a : crc=8a YES\nb8 01 4b 46 7f ff 08 10 8a")]
    [InlineData("b8 01 4b 46 7f ff 08 10 8a : crc=8a YES\nb8 01 4b 46 7f ff 08 10 8a t=99999999999")]
    public async Task Text_that_is_no_scratchpad_is_a_fault(string text)
    {
        tree.Write(Scratchpad, text);

        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a fault reading");

        Assert.Equal("unreadable", run.Sink.Of<TemperatureReading>()[0].Fault);
    }

    [Fact]
    public async Task One_disturbed_transfer_is_read_again_at_once_and_is_no_fault()
    {
        tree.Write(Scratchpad, Recording("crc-no"));

        await using var run = DriverRun.Start(Settings, tree.Path);
        await Eventually.True(() => run.Manual!.PendingTimers > 0, "the driver waits to read again");
        tree.Write(Scratchpad, Recording("reading-27.5"));
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        Assert.Equal(27.5, run.Sink.Of<TemperatureReading>()[0].Celsius);
    }

    [Fact]
    public async Task Readings_are_as_far_apart_as_every_says()
    {
        tree.Write(Scratchpad, Recording("reading-27.5"));

        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count == 1, "the first reading");
        var first = run.Manual!.GetUtcNow();
        await run.Until(sink => sink.Readings.Count == 4, "three more", TimeSpan.FromSeconds(20));

        Assert.InRange(run.Manual.GetUtcNow() - first, TimeSpan.FromSeconds(88), TimeSpan.FromSeconds(95));
    }

    [Fact]
    public async Task A_machine_without_a_bus_is_told_how_to_enable_it()
    {
        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the missing bus");

        Assert.Contains("dtoverlay=w1-gpio", run.Sink.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_probe_is_unplugged_and_the_detail_names_those_that_are_there()
    {
        tree.Write("sys/bus/w1/devices/28-0000ffffffff/w1_slave", Recording("reading-27.5"));

        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the missing probe");

        Assert.Contains("28-0000ffffffff", run.Sink.Detail, StringComparison.Ordinal);
        Assert.Contains("pull-up", run.Sink.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Pulling_a_probe_out_is_one_fault_reading_and_plugging_it_in_again_goes_on()
    {
        tree.Write(Scratchpad, Recording("reading-27.5"));
        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        Directory.Delete(tree["sys/bus/w1/devices/" + Address], recursive: true);
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the probe is missed");
        var pulledAt = run.Manual!.GetUtcNow();
        await run.Until(_ => run.Manual.GetUtcNow() - pulledAt > TimeSpan.FromMinutes(4), "four minutes pass");
        Assert.Single(run.Sink.Of<TemperatureReading>(), reading => reading.Fault == "unplugged");

        tree.Write(Scratchpad, Recording("reading-minus-18.4"));
        await run.Until(sink => sink.Of<TemperatureReading>()[^1].Celsius == -18.437, "readings again");
        Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
    }

    [Fact]
    public async Task A_probe_that_gives_an_empty_file_is_missing()
    {
        tree.Write(Scratchpad, "");

        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "the missing probe");

        Assert.Equal(DeviceCondition.Unplugged, run.Sink.Condition);
        Assert.Equal("unplugged", run.Sink.Of<TemperatureReading>()[0].Fault);
    }

    [Theory]
    [InlineData("4250\n", 4.25, null)]
    [InlineData("85000\n", null, "power-on value")]
    [InlineData("", null, "unplugged")]
    [InlineData("warm\n", null, "unreadable")]
    public async Task A_kernel_that_shows_only_the_temperature_will_do(string text, double? celsius, string? fault)
    {
        tree.Write("sys/bus/w1/devices/" + Address + "/temperature", text);

        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        var reading = run.Sink.Of<TemperatureReading>()[0];
        Assert.Equal((celsius, fault), (reading.Celsius, reading.Fault));
    }

    [Fact]
    public async Task A_reading_the_buffer_does_not_take_is_offered_again()
    {
        tree.Write(Scratchpad, Recording("reading-27.5"));

        await using var run = DriverRun.Start(Settings, tree.Path);
        run.Sink.FailNext = 2;
        await run.Until(sink => sink.FailNext == 0 && sink.Readings.Count > 0, "the reading after two failures");

        Assert.Equal(27.5, run.Sink.Of<TemperatureReading>()[0].Celsius);
    }

    [Theory]
    [InlineData("28-00000a1b2c3d", 30, null)]
    [InlineData("28-00000A1B2C3D", 30, "address")]
    [InlineData("../../../etc", 30, "address")]
    [InlineData("28-00000a1b2c3d", 0, "every")]
    [InlineData("28-00000a1b2c3d", 90_000, "every")]
    public void Settings_that_will_not_do_are_named(string address, int everySeconds, string? wrong)
    {
        var mistakes = (Settings with { Address = address, Every = TimeSpan.FromSeconds(everySeconds) }).Check();

        Assert.Equal(wrong, mistakes.Select(mistake => mistake.Path).SingleOrDefault());
    }

    private static string Recording(string name) =>
        File.ReadAllText(Repository.PathOf($"devices/EdgeGateway.Devices/W1/recordings/{name}.w1_slave"));
}
