using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Counts the pings that a broker answers on one connection, where nothing else it says holds such bytes.</summary>
internal sealed class PingCount
{
    private static readonly byte[] PingResponse = [0xD0, 0];
    private int count;

    public void Hear(ReadOnlyMemory<byte> bytes) => Interlocked.Add(ref count, bytes.Span.Count(PingResponse));

    public Task Reach(int pings) => Eventually.True(() => count >= pings, $"the broker answers {pings} pings, so far {count}", TimeSpan.FromSeconds(20));
}
