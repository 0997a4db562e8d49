using System.Net.Sockets;
using System.Text;
using EdgeGateway.Buffer;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Agent.Tests;

/// <summary>When systemd is told no more that the gateway is well: its socket is real, what stands still is given.</summary>
public sealed class WatchdogTests : IAsyncLifetime
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    private readonly TempFolder folder = new();
    private readonly ManualTime time = new();
    private readonly Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private ServiceNotifier notifier = null!;
    private Watchdog watchdog = null!;
    private Func<Vitals, Vitals> flow = before => before;
    private Vitals vitals = new(BufferState.Ok, Waiting: 0, Commits: 0, Buffered: 0, Acknowledged: 0, IsConnected: true, HoldsUnsynced: false, Turns: 0, Beat);
    private int looks;
    private int fed;

    public Task InitializeAsync()
    {
        systemd.Bind(new UnixDomainSocketEndPoint(folder["notify"]));
        notifier = new ServiceNotifier(time, folder["notify"], "20000000");
        watchdog = Watchdog.Start(Look, notifier, time, NullLogger.Instance, failure => Assert.Fail(failure.ToString()));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await watchdog.DisposeAsync();
        notifier.Dispose();
        systemd.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Commits_that_stop_while_events_wait_for_one_end_the_feeding_until_they_go_on()
    {
        flow = before => before with { Waiting = 3, Turns = before.Turns + 1 };
        await Pass(minutes: 1);
        Assert.Null(watchdog.Stuck);
        await Pass(minutes: 1);
        Assert.Contains("wait for a commit", watchdog.Stuck, StringComparison.Ordinal);
        Assert.Equal(0, await FedDuring(minutes: 2));

        flow = before => before with { Commits = before.Commits + 1, Turns = before.Turns + 1 };
        await Pass(minutes: 1);
        Assert.Null(watchdog.Stuck);
        Assert.InRange(await FedDuring(minutes: 2), 10, 13);
    }

    [Fact]
    public async Task Acknowledgements_that_stop_while_Kafka_is_reachable_end_the_feeding()
    {
        flow = before => before with { Buffered = 100, Commits = before.Commits + 1, Turns = before.Turns + 1 };
        await Pass(minutes: 4);
        Assert.Null(watchdog.Stuck);
        await Pass(minutes: 2);
        Assert.Contains("nothing was acknowledged", watchdog.Stuck, StringComparison.Ordinal);
        Assert.Equal(0, await FedDuring(minutes: 2));
    }

    [Fact]
    public async Task A_forwarder_that_does_nothing_at_all_ends_the_feeding()
    {
        await Pass(minutes: 7);
        Assert.Contains("neither sends nor tries", watchdog.Stuck, StringComparison.Ordinal);
        Assert.Equal(0, await FedDuring(minutes: 2));
    }

    [Theory]
    [InlineData(BufferState.Full, true, false)]
    [InlineData(BufferState.Failing, true, false)]
    [InlineData(BufferState.Ok, false, false)]
    [InlineData(BufferState.Ok, true, true)]
    public async Task What_a_restart_would_not_mend_is_not_held_against_the_gateway(BufferState state, bool isConnected, bool holdsUnsynced)
    {
        var stands = state != BufferState.Ok;
        flow = before => before with
        {
            State = state, IsConnected = isConnected, HoldsUnsynced = holdsUnsynced, Turns = before.Turns + 1,
            Waiting = stands ? 3 : 0, Buffered = stands ? 0 : 100,
        };
        await Pass(minutes: 30);
        Assert.Null(watchdog.Stuck);
        Assert.InRange(await FedDuring(minutes: 2), 10, 13);
    }

    private Vitals Look()
    {
        vitals = flow(vitals);
        Interlocked.Increment(ref looks);
        return vitals;
    }

    private async Task Pass(int minutes)
    {
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(minutes); passed += Beat)
        {
            var before = Volatile.Read(ref looks);
            await Eventually.True(() => time.PendingTimers > 0, "the watchdog waits");
            time.Advance(Beat);
            await Eventually.True(() => Volatile.Read(ref looks) > before, "the watchdog looks");
            Listen();
        }
    }

    /// <summary>How often systemd was fed in a while; one more or less, for the one under way.</summary>
    private async Task<int> FedDuring(int minutes)
    {
        await Pass(minutes: 1);
        var before = fed;
        await Pass(minutes);
        return fed - before;
    }

    private void Listen()
    {
        var datagram = new byte[1024];
        while (systemd.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            fed += Encoding.UTF8.GetString(datagram, 0, systemd.Receive(datagram)) == "WATCHDOG=1" ? 1 : 0;
        }
    }
}
