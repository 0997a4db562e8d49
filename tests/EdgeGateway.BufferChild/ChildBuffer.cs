using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.BufferChild;

internal static class ChildBuffer
{
    public const string Gateway = "store-1";

    public static EventBuffer Open(string path, long maxBytes = 8L << 30) => EventBuffer.Open(
        new BufferOptions { Gateway = Gateway, Path = path, MaxBytes = maxBytes, ReserveBytes = 0 },
        TimeProvider.System,
        NullLogger.Instance);

    /// <summary>Noise as real probes have it: it does not compress.</summary>
    public static TemperatureEvent Noise(Random random) => new()
    {
        Device = "probe-" + random.Next(20),
        ObservedAt = DateTimeOffset.UtcNow.AddMilliseconds(-random.Next(1000)),
        Clock = ClockQuality.Ntp,
        Celsius = Math.Round(4 + random.NextDouble(), 2),
        Humidity = Math.Round(50 + (random.NextDouble() * 10), 2),
        Battery = random.Next(100),
        Profile = "chilled",
    };

    /// <summary>A probe's reading; its temperature tells one event from another.</summary>
    public static TemperatureEvent Reading(long number) => new()
    {
        Device = "probe-" + (number % 20),
        ObservedAt = DateTimeOffset.UtcNow,
        Clock = ClockQuality.Ntp,
        Celsius = number,
        Humidity = 55.5,
        Profile = "chilled",
    };
}
