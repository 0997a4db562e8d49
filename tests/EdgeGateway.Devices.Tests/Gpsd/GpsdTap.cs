using System.Text;
using EdgeGateway.Devices.Gpsd;

namespace EdgeGateway.Devices.Tests.Gpsd;

/// <summary>Sits between the driver and a gpsd and keeps the fixes that the driver was told; on a busy machine gpsd leaves some out.</summary>
internal sealed class GpsdTap : IAsyncDisposable
{
    private readonly MemoryStream heard = new();
    private readonly TcpProxy proxy;

    public GpsdTap(int port) => proxy = new TcpProxy(port) { Heard = Keep };

    public string Address => "127.0.0.1:" + proxy.Port;

    /// <summary>One fix of each epoch, in the order told.</summary>
    public IReadOnlyList<Fix> Fixes()
    {
        string text;
        lock (heard)
        {
            text = Encoding.UTF8.GetString(heard.ToArray());
        }

        return [.. text.Split('\n')[..^1]
            .Select(line => GpsdMessage.Parse(Encoding.UTF8.GetBytes(line)))
            .Where(message => message is { Class: "TPV", Mode: >= 2, Latitude: not null, Time: not null })
            .Select(message => new Fix(message.Time!.Value, message.Latitude!.Value, message.Longitude!.Value,
                message.AccuracyMetres, message.SpeedMetresPerSecond, message.CourseDegrees))
            .DistinctBy(fix => fix.Time)];
    }

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    private void Keep(ReadOnlyMemory<byte> bytes)
    {
        lock (heard)
        {
            heard.Write(bytes.Span);
        }
    }
}
