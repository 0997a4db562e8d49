using EdgeGateway.Agent.Clock;
using EdgeGateway.Agent.Configuration;
using EdgeGateway.Agent.Devices;
using EdgeGateway.Agent.Intake;
using EdgeGateway.Agent.Uplink;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Mqtt;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Agent;

/// <summary>
/// Everything between the devices and Kafka, wired together: devices → intake → buffer → forwarder. Runs one
/// configuration at a time and can change to another one without a restart.
/// </summary>
public sealed partial class EdgeAgent : IAsyncDisposable
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);

    /// <summary>A made-up tree of kernel files in place of <c>/</c>, for demonstrations on machines without sensors.</summary>
    private static readonly string DriverRoot = Environment.GetEnvironmentVariable("EDGE_GATEWAY_ROOT") ?? "/";

    private readonly string folder;
    private readonly TimeProvider time;
    private readonly ILoggerFactory logs;
    private readonly ILogger log;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim applying = new(1, 1);
    private readonly TaskCompletionSource clockSet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task unsyncedMayGo;
    private readonly TaskCompletionSource broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task ticking;
    private long statusNumber;
    private Background? uplink;
    private Background? broker;
    private Background? alarmOutput;
    private MqttClient bus;

    private EdgeAgent(AgentConfiguration configuration, string folder, EventBuffer buffer, GatewayClock clock, TimeProvider time, ILoggerFactory logs)
    {
        Configuration = configuration;
        this.folder = folder;
        this.time = time;
        this.logs = logs;
        log = logs.CreateLogger<EdgeAgent>();
        Buffer = buffer;
        Clock = clock;
        StartedAt = clock.Now;

        // Rises over restarts too, as far as the clock does.
        statusNumber = StartedAt.ToUnixTimeMilliseconds();
        Rates = new BufferRates(time);
        bus = NewBus(configuration);
        Supervisor = new DeviceSupervisor(Path.GetDirectoryName(configuration.Buffer.Path)!, configuration.Tags, buffer, clock, time, logs.CreateLogger<DeviceSupervisor>());
        Supervisor.AlarmsChanged += () => Forwarder?.StatusChanged();
        unsyncedMayGo = Task.WhenAny(clockSet.Task, Task.Delay(configuration.Clock.HoldUnsynced, time, stopping.Token));
        clock.Set += ClockSet;
        if (clock.Quality != ClockQuality.Unsynced)
        {
            ClockSet();
        }

        ticking = Tick();
    }

    public AgentConfiguration Configuration { get; private set; }

    public EventBuffer Buffer { get; }

    public GatewayClock Clock { get; }

    public DeviceSupervisor Supervisor { get; }

    public Forwarder Forwarder { get; private set; } = null!;

    public DateTimeOffset StartedAt { get; }

    internal BufferRates Rates { get; }

    /// <summary>True while events of an unset clock wait to be dated again.</summary>
    public bool HoldsUnsynced => !unsyncedMayGo.IsCompleted;

    /// <summary>Fails with the reason when a part broke off by what it did not foresee: only a new start makes it whole again.</summary>
    public Task Broken => broken.Task;

    /// <summary>Null while connected to the broker or where there is none.</summary>
    public string? BrokerTrouble => broker is null ? null : bus.Trouble;

    /// <summary>Opens the buffer and starts everything.</summary>
    /// <param name="configuration">Without mistakes.</param>
    /// <param name="folder">Folder that file names in it are relative to.</param>
    /// <param name="time">The machine's clocks.</param>
    /// <param name="logs">Where everything logs.</param>
    /// <exception cref="InvalidOperationException">The buffer is another gateway's, no buffer, or in use by another process.</exception>
    /// <exception cref="IOException">A secret cannot be read.</exception>
    public static async Task<EdgeAgent> Start(AgentConfiguration configuration, string folder, TimeProvider time, ILoggerFactory logs)
    {
        var clock = new GatewayClock(time, new KernelClock(), configuration.Clock, logs.CreateLogger<GatewayClock>());
        var options = new BufferOptions
        {
            Gateway = configuration.Gateway.Id,
            Path = configuration.Buffer.Path,
            MaxBytes = configuration.Buffer.MaxBytes,
            ReserveBytes = configuration.Buffer.ReserveBytes,
        };
        var buffer = EventBuffer.Open(options, time, logs.CreateLogger<EventBuffer>());
        var agent = new EdgeAgent(configuration, folder, buffer, clock, time, logs);
        agent.StartUplink();
        using (agent.bus.HoldUnheard())
        {
            agent.StartBroker();
            await agent.Supervisor.Apply(configuration, agent.Host());
        }

        agent.StartAlarmOutput();
        return agent;
    }

    /// <summary>Changes to another configuration; only what it changes is restarted.</summary>
    /// <param name="next">Without mistakes, and accepted by <see cref="ConfigurationChange"/>.</param>
    public async Task Apply(AgentConfiguration next)
    {
        await applying.WaitAsync();
        try
        {
            var before = Configuration;
            Configuration = next;
            await StopAlarmOutput();
            var anotherBroker = !ConfigurationChange.Same(before.Mqtt, next.Mqtt);
            if (anotherBroker)
            {
                await StopBroker();
                bus = NewBus(next);
            }

            using (bus.HoldUnheard())
            {
                if (anotherBroker)
                {
                    StartBroker();
                }

                await Supervisor.Apply(next, Host());
            }

            StartAlarmOutput();
            if (!ConfigurationChange.Same(before.Uplink, next.Uplink) || !ConfigurationChange.Same(before.Gateway, next.Gateway))
            {
                await StopUplink();
                StartUplink();
            }
        }
        finally
        {
            applying.Release();
        }
    }

    /// <summary>The heartbeat with the values of the moment.</summary>
    public GatewayStatus Status()
    {
        var stats = Buffer.Stats;
        return new GatewayStatus
        {
            Gateway = Configuration.Gateway.Id,
            // A disk that refused from the start has no store yet, and the heartbeat is what says so.
            Store = stats.Store.Length > 0 ? stats.Store : "none",
            StatusNumber = Interlocked.Increment(ref statusNumber),
            Site = Configuration.Gateway.Site,
            Asset = Configuration.Gateway.Asset,
            ObservedAt = Clock.Now,
            Version = AgentVersion.Text,
            StartedAt = StartedAt,
            Buffered = stats.Buffered,
            OldestBufferedAt = stats.OldestBufferedAt,
            BufferBytes = stats.Bytes,
            LastSeq = stats.LastSeq,
            Clock = Clock.Quality,
            Devices = [.. Supervisor.Devices.Select(device => device.Status())],
            Alarms = Supervisor.Alarms(),
        };
    }

    /// <summary>A part broke off.</summary>
    public void Fail(Exception reason) => broken.TrySetException(reason);

    /// <summary>What the watchdog judges.</summary>
    public Vitals Vitals()
    {
        var stats = Buffer.Stats;
        return new Vitals(
            stats.State, stats.Waiting, stats.Commits, stats.Buffered, stats.Acknowledged,
            Forwarder.State.State == UplinkState.Connected, HoldsUnsynced, Forwarder.Progress, Configuration.Uplink.HeartbeatEvery);
    }

    /// <summary>Stops what takes in first, lets the forwarder finish what is in flight, and closes the buffer last.</summary>
    public async ValueTask DisposeAsync()
    {
        // Before its alarms go with their devices, which would look as if all were well.
        await StopAlarmOutput();
        // The broker before its listeners: what arrives without one is taken for unwanted.
        await StopBroker();
        await Supervisor.DisposeAsync();
        await StopUplink();
        await stopping.CancelAsync();
        await ticking;
        await Buffer.DisposeAsync();
        stopping.Dispose();
        applying.Dispose();
    }

    /// <summary>What drivers are given: also for looking for devices that are not configured yet.</summary>
    public DriverHost Host() => new()
    {
        Logs = logs, Time = time, Bus = bus, GpsTime = Clock.GpsTime, Root = DriverRoot, Folder = folder,
        OpenVisits = device => VisitNote.Read(Buffer, device),
    };

    private MqttClient NewBus(AgentConfiguration configuration) =>
        new((configuration.Mqtt ?? new BrokerSettings { Host = "" }).ToOptions(configuration.Gateway.Id, folder), time, logs.CreateLogger<MqttClient>());

    private void StartBroker() => broker = Configuration.Mqtt is null ? null : Background.Start(bus.RunAsync, Fail);

    private async Task StopBroker()
    {
        if (broker is not null)
        {
            await broker.Stop();
        }
    }

    private void StartAlarmOutput() => alarmOutput = Configuration.AlarmOutput is { } settings
        ? Background.Start(new AlarmOutput(settings, Supervisor, Host(), logs.CreateLogger<AlarmOutput>()).RunAsync, Fail)
        : null;

    private async Task StopAlarmOutput()
    {
        if (alarmOutput is not null)
        {
            await alarmOutput.Stop();
            alarmOutput = null;
        }
    }

    private void StartUplink()
    {
        Forwarder = new Forwarder(
            Configuration.Uplink, Configuration.Gateway, folder, Buffer, Status, unsyncedMayGo, time, logs.CreateLogger<Forwarder>());
        uplink = Background.Start(Forwarder.RunAsync, Fail);
    }

    private Task StopUplink() => uplink!.Stop();

    private async Task Tick()
    {
        using var timer = new PeriodicTimer(TickEvery, time);
        while (await timer.WaitForNextTickAsync(stopping.Token).AsTask().ContinueWith(tick => tick.IsCompletedSuccessfully, TaskScheduler.Default))
        {
            Clock.Check();
            Supervisor.Tick();
            Rates.Sample(Buffer.Stats);
        }
    }

    /// <summary>Events of the time before are dated again; then they may go.</summary>
    private async void ClockSet()
    {
        try
        {
            await Buffer.SetClock(Clock.Now, Clock.Quality);
            clockSet.TrySetResult();
        }
        catch (BufferUnavailableException e)
        {
            LogNotDated(log, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "dating the events from before the clock was set failed: {Reason}; they are sent as they are after the hold")]
    private static partial void LogNotDated(ILogger log, string reason);
}
