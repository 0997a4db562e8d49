using System.Buffers.Binary;
using System.Text;
using EdgeGateway.Devices.Gpio;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Gpio;

/// <summary>The GPIO driver and output against a stand-in for the kernel: no chip is assumed on the machine that tests.</summary>
public sealed class GpioDriverTests : IDisposable
{
    private static readonly GpioSettings Settings = new()
    {
        Id = "dock-door-3", Driver = "gpio", Chip = "gpiochip0", Line = 17, ActiveLow = true, Kind = "door",
        Bias = GpioBias.PullUp, Debounce = TimeSpan.FromMilliseconds(20),
    };

    private readonly TempFolder tree = new();
    private readonly FakeGpioKernel kernel = new();

    public GpioDriverTests() => tree.Write("dev/gpiochip0", "");

    public void Dispose() => tree.Dispose();

    [Fact]
    public async Task The_line_is_asked_for_as_the_settings_say()
    {
        await using var run = DriverRun.Start(Settings, tree.Path, kernel: kernel);
        await run.Until(sink => sink.Readings.Count > 0, "the first state");

        var request = kernel.Request!;
        Assert.Equal(17u, BinaryPrimitives.ReadUInt32LittleEndian(request));
        Assert.Equal("edge-gateway", Encoding.ASCII.GetString(request.AsSpan(256, 32)).TrimEnd('\0'));

        // active low, input, both edges, pull-up
        Assert.Equal(0b1_0011_0110UL, BinaryPrimitives.ReadUInt64LittleEndian(request.AsSpan(288)));
        Assert.Equal(1u, BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(296)));
        Assert.Equal(3u, BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(320)));
        Assert.Equal(20_000u, BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(328)));
        Assert.Equal(1UL, BinaryPrimitives.ReadUInt64LittleEndian(request.AsSpan(336)));
        Assert.Equal(1u, BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(560)));
    }

    [Fact]
    public async Task A_recorded_door_is_told_edge_by_edge()
    {
        var recording = await File.ReadAllLinesAsync(Repository.PathOf("devices/EdgeGateway.Devices/Gpio/recordings/bouncing-door.gpiomon"));
        var edges = recording.Skip(1)
            .Select(line => ((long)(double.Parse(line.Split('[', ']')[1]) * 1e9), line.Contains("RISING", StringComparison.Ordinal))).ToArray();
        await using var run = DriverRun.Start(Settings, tree.Path, kernel: kernel);
        await run.Until(sink => sink.Readings.Count == 1, "the first state");

        kernel.MonotonicNanoseconds = edges[^1].Item1;
        kernel.Edges(lost: 0, edges);
        await run.Until(sink => sink.Readings.Count == 4, "three edges");

        var told = run.Sink.Of<InputReading>().Skip(1).ToList();
        Assert.Equal(recording[0], "# " + string.Join(' ', told.Select(reading => reading.Active ? "open" : "closed")));
        Assert.Equal(269, (told[2].ObservedAt - told[1].ObservedAt)!.Value.TotalMilliseconds, 1.0);
    }

    [Fact]
    public async Task The_state_is_told_at_the_start_and_every_change_with_the_time_of_its_edge()
    {
        kernel.LineIsActive = true;
        await using var run = DriverRun.Start(Settings, tree.Path, kernel: kernel);
        await run.Until(sink => sink.Readings.Count == 1, "the first state");
        var now = run.Manual!.GetUtcNow();

        kernel.Edges(0, (4_000_000_000, false), (4_500_000_000, true));
        await Eventually.True(() => run.Sink.Readings.Count == 3, "two changes");

        Assert.Equal(
            [(now, true), (now.AddSeconds(-1), false), (now.AddSeconds(-0.5), true)],
            run.Sink.Of<InputReading>().Select(reading => (reading.ObservedAt!.Value, reading.Active)));
        Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
    }

    [Fact]
    public async Task Edges_lost_in_the_kernel_leave_the_latest_state_right()
    {
        await using var run = DriverRun.Start(Settings, tree.Path, kernel: kernel);
        await run.Until(sink => sink.Readings.Count == 1, "the first state");

        kernel.Edges(0, (1, true));
        kernel.Edges(7, (2, true), (3, false));
        await run.Until(sink => sink.Readings.Count == 3, "the changes");

        Assert.Equal([false, true, false], run.Sink.Of<InputReading>().Select(reading => reading.Active));
    }

    [Fact]
    public async Task A_chip_can_be_named_by_its_label()
    {
        await using var run = DriverRun.Start(Settings with { Chip = "pinctrl-bcm2711" }, tree.Path, kernel: kernel);
        await run.Until(sink => sink.Condition == DeviceCondition.Ok, "the line");

        Assert.Equal(["gpiochip0"], kernel.Opened);
    }

    [Fact]
    public async Task A_line_in_use_is_told_with_its_user_and_taken_when_it_is_free()
    {
        kernel.HeldBy = "old-daemon";
        await using var run = DriverRun.Start(Settings, tree.Path, kernel: kernel);
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the conflict");
        Assert.Contains("old-daemon", run.Sink.Detail, StringComparison.Ordinal);

        kernel.HeldBy = null;
        await run.Until(sink => sink.Condition == DeviceCondition.Ok, "the line");
    }

    [Fact]
    public async Task A_chip_that_is_pulled_out_is_unplugged_and_nothing_stays_open()
    {
        await using (var run = DriverRun.Start(Settings, tree.Path, kernel: kernel))
        {
            await run.Until(sink => sink.Readings.Count == 1, "the first state");
            kernel.Remove();
            await run.Until(sink => sink.Reports.Count(report => report.Condition == DeviceCondition.Unplugged) > 2, "several tries");

            kernel.Removed = false;
            kernel.LineIsActive = true;
            await run.Until(sink => sink.Readings.Count == 2, "the state after the return");
        }

        Assert.Equal(0, kernel.OpenDescriptors);
    }

    [Theory]
    [InlineData("gpiochip9", 17, "no GPIO chip gpiochip9")]
    [InlineData("gpiochip0", 58, "lines 0 to 57")]
    public async Task A_missing_chip_or_line_is_told_with_what_is_there(string chip, int line, string detail)
    {
        await using var run = DriverRun.Start(Settings with { Chip = chip, Line = line }, tree.Path, kernel: kernel);
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the report");

        Assert.Contains(detail, run.Sink.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_is_switched_and_given_back()
    {
        var host = DriverRun.HostOf(tree.Path, TimeProvider.System) with { Kernel = kernel };
        using (var buzzer = GpioOutput.Open(host, "gpiochip0", 22, activeLow: false))
        {
            Assert.Equal(0b1000UL, BinaryPrimitives.ReadUInt64LittleEndian(kernel.Request.AsSpan(288)));
            buzzer.Set(true);
            Assert.True(kernel.LineIsActive);
            buzzer.Set(false);
            Assert.False(kernel.LineIsActive);
        }

        Assert.Equal(0, kernel.OpenDescriptors);
    }

    [Fact]
    public async Task A_machine_without_the_device_is_told_so_by_the_real_kernel()
    {
        using var empty = new TempFolder();
        await using var run = DriverRun.Start(Settings, empty.Path);
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the report");

        Assert.Contains("gpiodetect", run.Sink.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpiochip0", 17, "door", 20, null)]
    [InlineData("../mem", 17, "door", 20, "chip")]
    [InlineData("gpiochip0", -1, "door", 20, "line")]
    [InlineData("gpiochip0", 17, "", 20, "kind")]
    [InlineData("gpiochip0", 17, "door", 60_000, "debounce")]
    public void Settings_that_will_not_do_are_named(string chip, int line, string kind, int debounceMilliseconds, string? wrong)
    {
        var settings = Settings with { Chip = chip, Line = line, Kind = kind, Debounce = TimeSpan.FromMilliseconds(debounceMilliseconds) };

        Assert.Equal(wrong, settings.Check().Select(mistake => mistake.Path).SingleOrDefault());
    }
}
