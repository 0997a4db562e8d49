using System.Text.Json;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Tests;

// Run by tests in a process of its own: "read DRIVER ADDRESS" prints the first reading of a probe below the real root.
if (args is not ["read", var driver, var address])
{
    Console.Error.WriteLine("usage: read DRIVER ADDRESS");
    return 2;
}

var settings = (DeviceSettings)JsonSerializer.Deserialize(
    JsonSerializer.Serialize(new { id = "probe", driver, address }), DriverRegistry.All[driver].Settings, JsonSerializerOptions.Web)!;
await using var run = DriverRun.StartOnRealClock(settings);
await run.Until(sink => sink.Readings.Count > 0, "a reading");
Console.WriteLine(run.Sink.Of<TemperatureReading>()[0]);
return 0;
