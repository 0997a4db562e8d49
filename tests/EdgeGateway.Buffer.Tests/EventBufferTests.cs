using System.Text;
using EdgeGateway.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Buffer.Tests;

public sealed class EventBufferTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("buffer-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Events_come_back_in_commit_order_with_their_numbers()
    {
        await using var buffer = Open();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => buffer.Append(Temperature(i))));

        var events = ReadAll(buffer);

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), events.Select(e => e.Seq));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $$"""{"celsius":{{i}}}"""), events.Select(e => Encoding.UTF8.GetString(e.Body.Span)));
        Assert.All(events, e => Assert.Equal(buffer.Store, e.Store));
        Assert.All(events, e => Assert.Equal("store-1/probe-1", Encoding.UTF8.GetString(e.Key.Span)));
    }

    [Fact]
    public async Task A_queue_that_was_emptied_goes_on_counting_after_a_restart()
    {
        string store;
        await using (var buffer = Open())
        {
            await buffer.Append([Temperature(1), Temperature(2)]);
            await buffer.Acknowledge(2);
            store = buffer.Store;
        }

        await using var again = Open();
        Assert.Equal(0, again.Stats.Buffered);
        await again.Append(Temperature(3));

        var e = Assert.Single(ReadAll(again));
        Assert.Equal((store, 3), (e.Store, e.Seq));
    }

    private EventBuffer Open() => EventBuffer.Open(
        new BufferOptions { Gateway = "store-1", Path = Path.Combine(folder, "buffer.db"), ReserveBytes = 0 },
        TimeProvider.System,
        NullLogger.Instance);

    private static TemperatureEvent Temperature(double celsius) =>
        new() { Device = "probe-1", ObservedAt = DateTimeOffset.UtcNow, Clock = ClockQuality.Ntp, Celsius = celsius };

    private static List<StoredEvent> ReadAll(EventBuffer buffer)
    {
        var events = new List<StoredEvent>();
        buffer.Read(0, int.MaxValue, events);
        return events;
    }
}
