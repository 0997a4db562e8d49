using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Api;

/// <summary>Tells open pages what changed. A page that cannot keep up misses changes and asks again; it holds nothing up.</summary>
public sealed class ChangeFeed
{
    private const int Waiting = 16;

    private readonly ConcurrentDictionary<Channel<Changes>, byte> listeners = new();

    public void Publish(Changes changes)
    {
        foreach (var (listener, _) in listeners)
        {
            listener.Writer.TryWrite(changes);
        }
    }

    public async IAsyncEnumerable<Changes> Listen([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var channel = Channel.CreateBounded<Changes>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest });
        listeners.TryAdd(channel, 0);
        try
        {
            await foreach (var changes in channel.Reader.ReadAllAsync(stop))
            {
                yield return changes;
            }
        }
        finally
        {
            listeners.TryRemove(channel, out _);
        }
    }
}
