using System.Text.Json;
using EdgeGateway.Agent.Clock;
using EdgeGateway.Agent.Configuration;
using EdgeGateway.Agent.Intake;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Tags;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Agent.Devices;

/// <summary>
/// Runs every configured device by its driver and keeps them apart: one that fails is started again with back-off and
/// never takes another one down. A new configuration starts and stops only what it changes.
/// </summary>
public sealed partial class DeviceSupervisor : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly EventBuffer buffer;
    private readonly GatewayClock clock;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly TagField tags;
    private readonly RulesMemory rules;
    private readonly Dictionary<string, RunningDevice> running = new(StringComparer.Ordinal);
    private IReadOnlyList<DeviceRouter> routers = [];
    private volatile bool alarmsChanged;
    private IReadOnlyList<DeviceIntake> devices = [];

    /// <param name="stateFolder">What the rules remember is kept here.</param>
    /// <param name="smoothing">When reads of tags become changes.</param>
    /// <param name="buffer">Where events go.</param>
    /// <param name="clock">Dates what has no time of its own.</param>
    /// <param name="time">For pauses and ages.</param>
    /// <param name="log">Says which drivers fail.</param>
    public DeviceSupervisor(string stateFolder, TagSmoothingSettings smoothing, EventBuffer buffer, GatewayClock clock, TimeProvider time, ILogger log)
    {
        this.buffer = buffer;
        this.clock = clock;
        this.time = time;
        this.log = log;
        tags = new TagField(smoothing, buffer, clock, time);
        rules = new RulesMemory(Path.Combine(stateFolder, "rules.json"), time, log);
        AlarmsChanged += () => alarmsChanged = true;
    }

    /// <summary>The devices in the order of the configuration.</summary>
    public IReadOnlyList<DeviceIntake> Devices => Volatile.Read(ref devices);

    /// <summary>Raised when an alarm opened or closed, or a device with an open one went away.</summary>
    public event Action? AlarmsChanged;

    /// <summary>Open alarms of all devices.</summary>
    public List<EdgeAlarm> Alarms()
    {
        var alarms = new List<EdgeAlarm>();
        foreach (var device in Devices)
        {
            device.CopyAlarmsTo(alarms);
        }

        return alarms;
    }

    /// <summary>Called about once a second: silence and departures are things that happen when nothing is heard.</summary>
    public void Tick()
    {
        foreach (var device in Devices)
        {
            device.Tick();
        }

        tags.Expire();
        var now = alarmsChanged;
        alarmsChanged = false;
        rules.Save(Devices, now);
    }

    /// <summary>
    /// Brings the running devices in line with a configuration; complete when all that hear the MQTT broker listen.
    /// Not for several callers at once.
    /// </summary>
    public async Task Apply(AgentConfiguration configuration, DriverHost host)
    {
        var wanted = configuration.Devices.ToDictionary(device => device.Id, device => Identity(device, configuration, host), StringComparer.Ordinal);
        var leaving = running.Where(entry => !wanted.TryGetValue(entry.Key, out var identity) || identity != entry.Value.Identity).ToList();
        await Task.WhenAll(leaving.Select(entry => entry.Value.Stop()));
        if (leaving.Count > 0)
        {
            // A device that comes back with another profile takes its history along.
            rules.Save(Devices, now: true);
        }

        foreach (var (id, _) in leaving)
        {
            running.Remove(id);
        }

        foreach (var settings in configuration.Devices.Where(settings => !running.ContainsKey(settings.Id)))
        {
            running.Add(settings.Id, Start(settings, wanted[settings.Id], configuration, host));
        }

        Volatile.Write(ref routers, [.. configuration.Devices.Select(settings => running[settings.Id].Router)]);
        ListDevices();
        AlarmsChanged?.Invoke();
        await Task.WhenAll(running.Values.Where(device => device.Identity.Bus is not null).Select(device => device.Listening));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(running.Values.Select(device => device.Stop()));
        rules.Save(Devices, now: true);
        running.Clear();
    }

    private RunningDevice Start(DeviceSettings settings, DeviceIdentity identity, AgentConfiguration configuration, DriverHost host)
    {
        var router = new DeviceRouter(settings, each => Watched(Intake(each, configuration)), ListDevices);
        var stopping = new CancellationTokenSource();
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new RunningDevice(router, identity, stopping, listening.Task, Task.Run(() => Run(router, host, listening, stopping.Token)));
    }

    private DeviceIntake Watched(DeviceIntake intake)
    {
        intake.AlarmsChanged += () => AlarmsChanged?.Invoke();
        return intake;
    }

    private void ListDevices() => Volatile.Write(ref devices, [.. Volatile.Read(ref routers).SelectMany(router => router.Devices)]);

    private DeviceIntake Intake(DeviceSettings settings, AgentConfiguration configuration)
    {
        switch (settings.Family)
        {
            case EventFamily.Position:
                return new PositionIntake(settings, buffer, clock, time);
            case EventFamily.Inputs:
                return new InputIntake(settings, buffer, clock, time);
            case EventFamily.Tags:
                return new ReaderIntake(settings, tags, buffer, clock, time);
            default:
                var probe = settings as ProbeSettings;
                var profile = probe?.Profile is { } name ? configuration.Profiles[name] : null;
                return new ProbeIntake(settings, profile, rules.StateOf(settings.Id), probe?.Door is { } door ? () => OpenSince(door) : null, buffer, clock, time);
        }
    }

    private DateTimeOffset? OpenSince(string door) =>
        Devices.FirstOrDefault(device => device.Id == door) is InputIntake input ? input.ActiveSince : null;

    /// <param name="listening">Completed once the driver waits for readings, or has failed.</param>
    private async Task Run(DeviceRouter router, DriverHost host, TaskCompletionSource listening, CancellationToken stop)
    {
        var settings = router.Settings;
        var pause = FirstPause;
        while (true)
        {
            var started = time.GetTimestamp();
            string reason;
            try
            {
                var driver = DriverRegistry.All[settings.Driver].Create(settings, host);
                var driving = driver.RunAsync(router, stop);
                listening.TrySetResult();
                await driving;
                reason = "it ended by itself";
            }
            catch (Exception e)
            {
                // Whatever it is, it is this device's trouble alone.
                reason = $"{e.GetType().Name}: {e.Message}";
                listening.TrySetResult();
            }

            if (stop.IsCancellationRequested)
            {
                return;
            }

            pause = time.GetElapsedTime(started) > LongestPause ? FirstPause : pause;
            LogFailed(log, settings.Id, settings.Driver, reason, pause.TotalSeconds);
            router.Report(settings.Id, DeviceCondition.Faulty, $"driver {settings.Driver} failed: {reason}; it is started again");
            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>All that a device depends on: while it stays the same, the device runs on.</summary>
    private static DeviceIdentity Identity(DeviceSettings settings, AgentConfiguration configuration, DriverHost host) => new(
        JsonSerializer.Serialize(settings, settings.GetType()),
        settings is ProbeSettings { Profile: { } profile } ? JsonSerializer.Serialize(configuration.Profiles[profile]) : "",
        settings.Driver == "mqtt" ? host.Bus : null);

    private sealed record DeviceIdentity(string Settings, string Profile, object? Bus);

    private sealed record RunningDevice(DeviceRouter Router, DeviceIdentity Identity, CancellationTokenSource Stopping, Task Listening, Task Running)
    {
        public async Task Stop()
        {
            await Stopping.CancelAsync();
            await Running;
            Stopping.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "device {Device}: driver {Driver} failed: {Reason}; it is started again in {Seconds} s")]
    private static partial void LogFailed(ILogger log, string device, string driver, string reason, double seconds);
}
