using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Who listens to what. Changed by any thread; looked up by the one read loop, which keeps the answer for each topic
/// so that a message costs neither a string nor a search.
/// </summary>
internal sealed class Subscriptions(TimeProvider time, TimeSpan grace)
{
    /// <summary>Topics remembered; a gateway hears far fewer, and a broker that invents topics must not fill the memory.</summary>
    private const int MaxRoutes = 4096;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<byte[], Route> routeCache = new(new Utf8Comparer());
    private Subscription[] routeCacheFor = [];
    private volatile Subscription[] listeners = [];
    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long graceFrom = time.GetTimestamp();
    private int holds;

    public IReadOnlyList<Subscription> All => listeners;

    /// <summary>Completes at the next change after it was asked for.</summary>
    public Task Changed => changed.Task;

    /// <summary>How long to wait now for the listener of a message that has none; zero or less when none will come.</summary>
    public TimeSpan GraceLeft => Volatile.Read(ref holds) > 0 ? LookAgain : grace - time.GetElapsedTime(Volatile.Read(ref graceFrom));

    /// <summary>Drivers are being started or replaced: what is for them is not to be thrown away meanwhile.</summary>
    public void StartGrace() => Volatile.Write(ref graceFrom, time.GetTimestamp());

    /// <summary>Until disposed, a message that has no listener waits for one however long it takes.</summary>
    public IDisposable Hold()
    {
        Interlocked.Increment(ref holds);
        return new Held(this);
    }

    /// <summary>True when the filter was not yet listened to.</summary>
    public bool Add(Subscription subscription)
    {
        bool isNew;
        lock (gate)
        {
            isNew = !IsHeard(subscription.Filter);
            listeners = [.. listeners, subscription];
        }

        SignalChange();
        return isNew;
    }

    public void Remove(Subscription subscription)
    {
        if (!subscription.IsBrief)
        {
            StartGrace();
        }

        lock (gate)
        {
            listeners = [.. listeners.Where(other => other != subscription)];
        }

        SignalChange();
    }

    public bool IsHeard(string filter) => listeners.Any(subscription => string.Equals(subscription.Filter, filter, StringComparison.Ordinal));

    /// <summary>Only for the read loop.</summary>
    public Route Find(ReadOnlySpan<byte> topic)
    {
        var all = listeners;
        if (routeCacheFor != all)
        {
            routeCache.Clear();
            routeCacheFor = all;
        }

        var routes = routeCache.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (routes.TryGetValue(topic, out var known))
        {
            return known;
        }

        if (routeCache.Count >= MaxRoutes)
        {
            routeCache.Clear();
        }

        var route = RouteOf(Encoding.UTF8.GetString(topic), all);
        routeCache.Add(topic.ToArray(), route);
        return route;
    }

    /// <summary>Apart from <see cref="Find"/>, which would make this closure for each message.</summary>
    private static Route RouteOf(string topic, Subscription[] all) =>
        new(topic, [.. all.Where(subscription => TopicFilter.Matches(subscription.Filter, topic))]);

    private void SignalChange() =>
        Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private sealed class Held(Subscriptions subscriptions) : IDisposable
    {
        private int ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0)
            {
                Interlocked.Decrement(ref subscriptions.holds);
                subscriptions.SignalChange();
            }
        }
    }

    /// <summary>Lets the read loop look a topic up by the bytes in its buffer.</summary>
    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}

/// <summary>A topic and those who listen to it.</summary>
internal sealed record Route(string Topic, Subscription[] Listeners);
