using System.Text;
using System.Text.Json;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Buffer.Tests;

/// <summary>A buffer file in a folder of its own, and the events that tests put into it.</summary>
internal sealed class TestBuffer : IDisposable
{
    private readonly TempFolder folder = new();

    public TestBuffer(long maxBytes = 64 << 20) => Options = new BufferOptions
    {
        Gateway = "store-1",
        Path = folder["buffer.db"],
        MaxBytes = maxBytes,
        ReserveBytes = 0,
        BootId = "boot-1",
    };

    public BufferOptions Options { get; set; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public string Folder => folder.Path;

    public void Dispose() => folder.Dispose();

    public EventBuffer Open() => EventBuffer.Open(Options, Time, NullLogger.Instance);

    /// <summary>A reading whose temperature tells it from others.</summary>
    public static TemperatureEvent Reading(double celsius, string device = "probe-1", DateTimeOffset? at = null, ClockQuality clock = ClockQuality.Ntp) =>
        new() { Device = device, ObservedAt = at ?? DateTimeOffset.UtcNow, Clock = clock, Celsius = celsius };

    /// <summary>A tag read that does not compress well.</summary>
    public static TagEvent Tag(Random random)
    {
        var hex = Convert.ToHexString(RandomBytes(random, 12));
        return new TagEvent
        {
            Device = "portal-1", ObservedAt = DateTimeOffset.UtcNow, Clock = ClockQuality.Ntp, Epc = "raw:" + hex, Hex = hex,
            Zone = "dock-1", Passage = "receiving", Change = TagChange.Arrived, Reads = random.Next(1, 100),
        };
    }

    public static PositionEvent Position(Random random) => new()
    {
        Device = "gps", ObservedAt = DateTimeOffset.UtcNow, Clock = ClockQuality.Gps,
        Latitude = random.NextDouble() * 90, Longitude = random.NextDouble() * 180,
    };

    public static List<StoredEvent> ReadAll(EventBuffer buffer, long after = 0)
    {
        var events = new List<StoredEvent>();
        while (buffer.Read(events is [.., var last] ? last.Position : after, 1000, events) > 0)
        {
        }

        return events;
    }

    public static JsonElement Body(in StoredEvent e) => JsonDocument.Parse(e.Body).RootElement;

    public static double Celsius(StoredEvent e) => Body(e).GetProperty("celsius").GetDouble();

    public static string Key(StoredEvent e) => Encoding.UTF8.GetString(e.Key.Span);

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
