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

    public BufferedGateway(TimeProvider? time = null, ClockQuality? assume = ClockQuality.Ntp, long maxBytes = 1L << 30)
    {
        Time = time ?? TimeProvider.System;

        // An empty folder for a root: a kernel that knows of no clock.
        Clock = new GatewayClock(Time, new KernelClock(folder.Path, () => false), new ClockSettings { Assume = assume }, NullLogger.Instance);
        Buffer = EventBuffer.Open(
            new BufferOptions { Gateway = "g1", Path = folder["buffer.db"], MaxBytes = maxBytes, ReserveBytes = 0 }, Time, NullLogger.Instance);
    }

    public TimeProvider Time { get; }

    public GatewayClock Clock { get; }

    public EventBuffer Buffer { get; }

    /// <summary>Everything buffered.</summary>
    public List<StoredEvent> Events()
    {
        var events = new List<StoredEvent>();
        Buffer.Read(0, 10_000, events);
        return events;
    }

    /// <summary>Closes the buffer and returns the lines of <c>buffer export</c>.</summary>
    public async Task<List<string>> Export()
    {
        await Buffer.DisposeAsync();
        using var output = new MemoryStream();
        BufferTools.Export(folder["buffer.db"], output);
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    public async ValueTask DisposeAsync()
    {
        await Buffer.DisposeAsync();
        folder.Dispose();
    }
}
