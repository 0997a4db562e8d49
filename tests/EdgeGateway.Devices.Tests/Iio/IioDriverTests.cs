using EdgeGateway.Devices.Iio;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Iio;

/// <summary>The IIO driver against a made-up tree that looks like the kernel's, links included.</summary>
public sealed class IioDriverTests : IDisposable
{
    private static readonly IioSettings Settings = new()
    {
        Id = "cold-room-3", Driver = "iio", Address = "bme280/temp", Every = TimeSpan.FromSeconds(30),
    };

    private readonly TempFolder tree = new();

    public void Dispose() => tree.Dispose();

    [Theory]
    [InlineData("4250", 4.25, null)]
    [InlineData("-18500.500000", -18.5005, null)]
    [InlineData("23000000", null, "out of range")]
    [InlineData("23", null, "unit in doubt")]
    [InlineData("", null, "unplugged")]
    [InlineData("cold", null, "unreadable")]
    public async Task A_processed_value_is_a_temperature_or_a_fault(string shown, double? celsius, string? fault)
    {
        Sensor(0, "bme280", "1-0076", ("in_temp_input", shown));

        var reading = await FirstReading(Settings);

        Assert.Equal((celsius, fault), (reading.Celsius, reading.Fault));
    }

    [Theory]
    [InlineData("437", "100", "10", 5.37)]
    [InlineData("-29", "-64.5", "62.500000000", -5.84375)]
    [InlineData("4250", null, null, 4.25)]
    [InlineData("68", null, "62.5", 4.25)]
    public async Task A_raw_value_is_offset_and_scaled(string raw, string? offset, string? scale, double celsius)
    {
        Sensor(0, "mcp9600", "1-0060", ("in_temp_raw", raw), ("in_temp_offset", offset), ("in_temp_scale", scale));

        var reading = await FirstReading(Settings with { Address = "mcp9600/temp" });

        Assert.Equal(celsius, reading.Celsius!.Value, 9);
    }

    [Theory]
    [InlineData("55430", 55.43)]
    [InlineData("55430000", null)]
    [InlineData("", null)]
    public async Task Humidity_of_the_same_sensor_rides_along_when_it_is_plausible(string shown, double? percent)
    {
        Sensor(0, "bme280", "1-0076", ("in_temp_input", "4250"), ("in_humidityrelative_input", shown));

        var reading = await FirstReading(Settings);

        Assert.Equal((4.25, percent), (reading.Celsius, reading.Humidity));
    }

    [Fact]
    public async Task Two_sensors_of_one_name_are_told_apart_by_their_bus_address()
    {
        Sensor(0, "bme280", "1-0076", ("in_temp_input", "4250"));
        Sensor(1, "bme280", "1-0077", ("in_temp_input", "-20000"));

        Assert.Equal("unplugged", (await FirstReading(Settings)).Fault);
        Assert.Equal(-20, (await FirstReading(Settings with { Address = "bme280@1-0077/temp" })).Celsius);
    }

    [Fact]
    public async Task A_sensor_may_be_plugged_in_later()
    {
        await using var run = DriverRun.Start(Settings, tree.Path);
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the missing sensor");

        Sensor(0, "bme280", "1-0076", ("in_temp_input", "4250"));

        await run.Until(sink => sink.Condition == DeviceCondition.Ok && sink.Of<TemperatureReading>()[^1].Celsius == 4.25, "the sensor");
    }

    [Theory]
    [InlineData("bme280/temp", null)]
    [InlineData("bme280/humidity", "address")]
    [InlineData("bme280/temp/../../x", "address")]
    public void An_address_that_will_not_do_is_named(string address, string? wrong)
    {
        Assert.Equal(wrong, (Settings with { Address = address }).Check().Select(mistake => mistake.Path).SingleOrDefault());
    }

    private async Task<TemperatureReading> FirstReading(IioSettings settings)
    {
        await using var run = DriverRun.Start(settings, tree.Path);
        await run.Until(sink => sink.Readings.Count > 0, "a reading");
        return run.Sink.Of<TemperatureReading>()[0];
    }

    private void Sensor(int number, string name, string busAddress, params (string File, string? Text)[] files)
    {
        var folder = $"sys/devices/i2c-1/{busAddress}/iio:device{number}";
        tree.Write(folder + "/name", name + "\n");
        foreach (var (file, text) in files)
        {
            if (text is not null)
            {
                tree.Write($"{folder}/{file}", text.Length == 0 ? "" : text + "\n");
            }
        }

        Directory.CreateDirectory(tree["sys/bus/iio/devices"]);
        File.CreateSymbolicLink(tree[$"sys/bus/iio/devices/iio:device{number}"], $"../../../devices/i2c-1/{busAddress}/iio:device{number}");
    }
}
