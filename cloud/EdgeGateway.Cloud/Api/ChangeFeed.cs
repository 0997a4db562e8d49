using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Api;

/// <summary>Tells open pages what changed. What a slow page has not read yet is put together for it; it holds nothing up.</summary>
public sealed class ChangeFeed
{
    private readonly ConcurrentDictionary<Subscription, byte> subscriptions = new();

    public void Publish(Changes changes)
    {
        foreach (var (subscription, _) in subscriptions)
        {
            subscription.Add(changes);
        }
    }

    /// <summary>Hears of every change from now on.</summary>
    public Subscription Subscribe()
    {
        var subscription = new Subscription(this);
        subscriptions.TryAdd(subscription, 0);
        return subscription;
    }

    /// <summary>What one page has not been told yet.</summary>
    public sealed class Subscription(ChangeFeed feed) : IDisposable
    {
        // Past this a page does better to ask for everything than for each; see EventsApi.
        private const int Most = 1_000;

        private readonly Lock gate = new();
        private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        private readonly HashSet<string> alerts = [];
        private readonly HashSet<string> stock = [];
        private readonly HashSet<string> gateways = [];
        private bool isEverything;

        /// <summary>Waits for changes and takes all there are.</summary>
        public async ValueTask<Changes> Next(CancellationToken stop)
        {
            await bell.Reader.ReadAsync(stop);
            lock (gate)
            {
                var changes = new Changes([.. alerts], [.. stock], [.. gateways], isEverything);
                isEverything = false;
                alerts.Clear();
                stock.Clear();
                gateways.Clear();
                return changes;
            }
        }

        public void Dispose() => feed.subscriptions.TryRemove(this, out _);

        internal void Add(Changes changes)
        {
            lock (gate)
            {
                Add(alerts, changes.Alerts);
                Add(stock, changes.Stock);
                Add(gateways, changes.Gateways);
                isEverything |= changes.IsEverything;
            }

            bell.Writer.TryWrite(true);
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
