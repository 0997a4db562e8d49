using System.Buffers;
using System.Text;
using EdgeGateway.Agent.Clock;
using EdgeGateway.Agent.Configuration;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Agent.Tests;

/// <summary>A real buffer in a folder of its own, with a clock that says it is kept by NTP unless told otherwise.</summary>
internal sealed class BufferedGateway : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly long maxBytes;

    public BufferedGateway(TimeProvider? time = null, ClockQuality? assume = ClockQuality.Ntp, long maxBytes = 1L << 30)
    {
        Time = time ?? TimeProvider.System;

        // An empty folder for a root: a kernel that knows of no clock.
        Clock = new GatewayClock(Time, new KernelClock(folder.Path, () => false), new ClockSettings { Assume = assume }, NullLogger.Instance);
        this.maxBytes = maxBytes;
        Buffer = Open();
    }

    public TimeProvider Time { get; }

    public GatewayClock Clock { get; }

    public EventBuffer Buffer { get; private set; }

    /// <summary>Everything buffered.</summary>
    public List<StoredEvent> Events()
    {
        var events = new List<StoredEvent>();
        Buffer.Read(0, 10_000, events);
        return events;
    }

    /// <summary>Everything buffered, as the cloud will read it.</summary>
    public List<GatewayEvent> Parsed() => Events().ConvertAll(stored =>
    {
        var record = new ArrayBufferWriter<byte>();
        EventRecord.Write(record, new EventHead("g1", stored.Store, stored.Seq, "dallas", null, stored.Device, stored.ObservedAt, stored.Clock), stored.Body.Span);
        return EventRecord.Parse(Topics.Of(stored.Family), record.WrittenSpan);
    });

    /// <summary>Closes the buffer and opens it again, as a restart of the agent does.</summary>
    public async Task Restart()
    {
        await Buffer.DisposeAsync();
        Buffer = Open();
    }

    /// <summary>Closes the buffer and returns the lines of <c>buffer export</c>.</summary>
    public async Task<List<string>> Export()
    {
        await Buffer.DisposeAsync();
        using var output = new MemoryStream();
        BufferTools.Export(folder["buffer.db"], output);
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private EventBuffer Open() => EventBuffer.Open(
        new BufferOptions { Gateway = "g1", Path = folder["buffer.db"], MaxBytes = maxBytes, ReserveBytes = 0 }, Time, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        await Buffer.DisposeAsync();
        folder.Dispose();
    }
}
