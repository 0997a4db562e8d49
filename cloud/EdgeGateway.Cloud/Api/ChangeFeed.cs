using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Api;

/// <summary>Tells open pages what changed. What a slow page has not read yet is put together for it; it holds nothing up.</summary>
public sealed class ChangeFeed
{
    private readonly ConcurrentDictionary<Listener, byte> listeners = new();

    public void Publish(Changes changes)
    {
        foreach (var (listener, _) in listeners)
        {
            listener.Add(changes);
        }
    }

    public async IAsyncEnumerable<Changes> Listen([EnumeratorCancellation] CancellationToken stop)
    {
        var listener = new Listener();
        listeners.TryAdd(listener, 0);
        try
        {
            while (await listener.Waits(stop))
            {
                yield return listener.Take();
            }
        }
        finally
        {
            listeners.TryRemove(listener, out _);
        }
    }

    private sealed class Listener
    {
        // Past this a page does better to ask for everything than for each; see EventsApi.
        private const int Most = 1_000;

        private readonly Lock gate = new();
        private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        private readonly HashSet<string> alerts = [];
        private readonly HashSet<string> stock = [];
        private readonly HashSet<string> gateways = [];

        public void Add(Changes changes)
        {
            lock (gate)
            {
                Add(alerts, changes.Alerts);
                Add(stock, changes.Stock);
                Add(gateways, changes.Gateways);
            }

            bell.Writer.TryWrite(true);
        }

        public async ValueTask<bool> Waits(CancellationToken stop) => await bell.Reader.ReadAsync(stop);

        public Changes Take()
        {
            lock (gate)
            {
                var changes = new Changes([.. alerts], [.. stock], [.. gateways]);
                alerts.Clear();
                stock.Clear();
                gateways.Clear();
                return changes;
            }
        }

        private static void Add(HashSet<string> ids, IReadOnlyList<string> more)
        {
            for (var i = 0; i < more.Count && ids.Count < Most; i++)
            {
                ids.Add(more[i]);
            }
        }
    }
}
