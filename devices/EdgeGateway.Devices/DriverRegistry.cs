using EdgeGateway.Devices.Gpio;
using EdgeGateway.Devices.Gpsd;
using EdgeGateway.Devices.Hwmon;
using EdgeGateway.Devices.Iio;
using EdgeGateway.Devices.Keyboard;
using EdgeGateway.Devices.Llrp;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.W1;

namespace EdgeGateway.Devices;

/// <summary>Every driver by its name in the configuration: the one line a new driver adds.</summary>
public static class DriverRegistry
{
    public static IReadOnlyDictionary<string, DriverKind> All { get; } = new Dictionary<string, DriverKind>(StringComparer.Ordinal)
    {
        ["gpio"] = DriverKind.Of<GpioSettings>((settings, host) => new GpioDriver(settings, host)),
        ["gpsd"] = DriverKind.Of<GpsdSettings>((settings, host) => new GpsdDriver(settings, host)),
        ["hwmon"] = DriverKind.Of<HwmonSettings>((settings, host) => new HwmonDriver(settings, host)),
#if NUGET_SET
        ["i2c"] = DriverKind.Of<I2c.I2cSettings>((settings, host) => new I2c.I2cDriver(settings, host)),
#endif
        ["iio"] = DriverKind.Of<IioSettings>((settings, host) => new IioDriver(settings, host)),
        ["keyboard"] = DriverKind.Of<KeyboardSettings>((settings, host) => new KeyboardDriver(settings, host)),
        ["llrp"] = DriverKind.Of<LlrpSettings>((settings, host) => new LlrpDriver(settings, host)),
        ["mqtt"] = DriverKind.Of<MqttSettings>((settings, host) => new MqttDriver(settings, host)),
        ["w1"] = DriverKind.Of<W1Settings>((settings, host) => new W1Driver(settings, host)),
    };
}

/// <summary>How the configuration names a driver's settings and how the agent makes it.</summary>
/// <param name="Settings">Type the entry of <c>devices</c> is read into, derived from <see cref="DeviceSettings"/>.</param>
/// <param name="Create">Makes the driver for settings of that type; opens nothing yet.</param>
public sealed record DriverKind(Type Settings, Func<DeviceSettings, DriverHost, IDriver> Create)
{
    public static DriverKind Of<TSettings>(Func<TSettings, DriverHost, IDriver> create)
        where TSettings : DeviceSettings =>
        new(typeof(TSettings), (settings, host) => create((TSettings)settings, host));
}
