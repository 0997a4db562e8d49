using EdgeGateway.Devices.Hwmon;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Hwmon;

/// <summary>The hwmon driver against a made-up tree that looks like the kernel's, device links included.</summary>
public sealed class HwmonDriverTests : IDisposable
{
    private static readonly HwmonSettings Settings = new()
    {
        Id = "freezer-2", Driver = "hwmon", Address = "lm75/temp1", Every = TimeSpan.FromSeconds(30),
    };

    private readonly TempFolder tree = new();

    public void Dispose() => tree.Dispose();

    [Theory]
    [InlineData("-18500", -18.5, null)]
    [InlineData("0", 0.0, null)]
    [InlineData("4500000", null, "out of range")]
    [InlineData("23", null, "unit in doubt")]
    [InlineData("2147483647", null, "out of range")]
    [InlineData("", null, "unplugged")]
    [InlineData("n/a", null, "unreadable")]
    public async Task A_value_is_a_temperature_or_a_fault(string shown, double? celsius, string? fault)
    {
        Chip(0, "lm75", "1-0048", shown);

        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        var reading = run.Sink.Of<TemperatureReading>()[0];
        Assert.Equal((celsius, fault), (reading.Celsius, reading.Fault));
    }

    [Theory]
    [InlineData("4500000", 0.001, 4.5)]
    [InlineData("23", 1000.0, 23.0)]
    [InlineData("23", 1.0, 0.023)]
    public async Task A_driver_with_another_unit_can_be_scaled(string shown, double scale, double celsius)
    {
        Chip(0, "lm75", "1-0048", shown);

        await using var run = DriverRun.Start(Settings with { Scale = scale }, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        Assert.Equal(celsius, run.Sink.Of<TemperatureReading>()[0].Celsius!.Value, 6);
    }

    [Fact]
    public async Task A_probe_that_has_shown_a_real_temperature_may_then_pass_through_zero()
    {
        Chip(0, "lm75", "1-0048", "1500");
        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        Chip(0, "lm75", "1-0048", "62");
        await run.Until(sink => sink.Of<TemperatureReading>()[^1].Celsius == 0.062, "a reading near zero");

        Assert.All(run.Sink.Of<TemperatureReading>(), reading => Assert.Null(reading.Fault));
    }

    [Fact]
    public async Task A_chip_that_says_its_sensor_is_open_is_faulty_whatever_its_value()
    {
        Chip(0, "lm75", "1-0048", "4500");
        tree.Write("sys/class/hwmon/hwmon0/temp1_fault", "1\n");

        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        Assert.Equal("sensor open or shorted", run.Sink.Of<TemperatureReading>()[0].Fault);
        Assert.Equal(DeviceCondition.Faulty, run.Sink.Condition);
    }

    [Fact]
    public async Task A_channel_can_be_named_by_its_label()
    {
        Chip(0, "lm75", "1-0048", "4500");
        tree.Write("sys/class/hwmon/hwmon0/temp1_label", "evaporator\n");

        await using var run = DriverRun.Start(Settings with { Address = "lm75/evaporator" }, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        Assert.Equal(4.5, run.Sink.Of<TemperatureReading>()[0].Celsius);
    }

    [Fact]
    public async Task Two_chips_of_one_name_are_told_apart_by_their_bus_address()
    {
        Chip(0, "lm75", "1-0048", "4500");
        Chip(1, "lm75", "1-0049", "-20000");

        await using var ambiguous = DriverRun.Start(Settings, tree.Path);
        await ambiguous.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the ambiguity");
        Assert.Contains("lm75@1-0049/temp1", ambiguous.Sink.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(ambiguous.Sink.Of<TemperatureReading>(), reading => reading.Celsius is not null);

        await using var exact = DriverRun.Start(Settings with { Address = "lm75@1-0049/temp1" }, tree.Path);
        await exact.Until(sink => sink.Readings.Count > 0, "a reading");
        Assert.Equal(-20, exact.Sink.Of<TemperatureReading>()[0].Celsius);
    }

    [Fact]
    public async Task A_chip_is_found_again_when_its_number_moves()
    {
        Chip(0, "lm75", "1-0048", "4500");
        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");

        Directory.Delete(tree["sys/class/hwmon/hwmon0"], recursive: true);
        Chip(0, "cpu_thermal", null, "61000");
        Chip(3, "lm75", "1-0048", "5500");
        await run.Until(sink => sink.Of<TemperatureReading>()[^1].Celsius == 5.5, "the moved chip");

        Assert.DoesNotContain(run.Sink.Of<TemperatureReading>(), reading => reading.Celsius == 61);
    }

    [Fact]
    public async Task A_missing_chip_is_unplugged_and_the_detail_names_those_that_are_there()
    {
        Chip(0, "cpu_thermal", null, "61000");

        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the missing chip");

        Assert.Contains("cpu_thermal/temp1", run.Sink.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lm75/temp1", null)]
    [InlineData("lm75", "address")]
    [InlineData("lm75/../temp1", "address")]
    [InlineData("", "address")]
    public void An_address_that_will_not_do_is_named(string address, string? wrong)
    {
        var mistakes = (Settings with { Address = address }).Check();

        Assert.Equal(wrong, mistakes.Select(mistake => mistake.Path).SingleOrDefault());
    }

    private void Chip(int number, string name, string? busAddress, string value)
    {
        tree.Write($"sys/class/hwmon/hwmon{number}/name", name + "\n");
        tree.Write($"sys/class/hwmon/hwmon{number}/temp1_input", value.Length == 0 ? "" : value + "\n");
        var link = tree[$"sys/class/hwmon/hwmon{number}/device"];
        if (busAddress is not null && !Directory.Exists(link))
        {
            Directory.CreateDirectory(tree["sys/devices/" + busAddress]);
            File.CreateSymbolicLink(link, "../../../devices/" + busAddress);
        }
    }
}
