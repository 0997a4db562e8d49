using System.Runtime.InteropServices;
using EdgeGateway.Agent.Configuration;
using EdgeGateway.Agent.Web;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Commands;

/// <summary><c>run</c>: the gateway as a service.</summary>
internal static partial class RunCommand
{
    public static async Task<int> Run(string file, CancellationToken stop)
    {
        var mistakes = new List<Mistake>();
        var configuration = ConfigurationReader.ReadFile(file, mistakes);
        if (configuration is null)
        {
            CheckCommand.Print(file, mistakes);
            return ExitCode.WrongUsage;
        }

        using var recent = new RecentLogs(TimeProvider.System);
        using var logs = LoggerFactory.Create(logging => logging.AddEdgeGatewayLogs().AddProvider(recent));
        var log = logs.CreateLogger("EdgeGateway.Agent");
        try
        {
            return await Run(file, configuration, recent, logs, log, stop);
        }
        catch (Exception e)
        {
            LogFailed(log, $"{e.GetType().Name}: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static async Task<int> Run(
        string file, AgentConfiguration configuration, RecentLogs recent, ILoggerFactory logs, ILogger log, CancellationToken stop)
    {
        var time = TimeProvider.System;
        using var notifier = new ServiceNotifier(time);
        await using var agent = await EdgeAgent.Start(configuration, ConfigurationReader.FolderOf(file), time, logs);
        await using var keeper = new ConfigurationKeeper(file, agent, time, logs.CreateLogger<ConfigurationKeeper>());
        await using var watchdog = Watchdog.Start(agent.Vitals, notifier, time, logs.CreateLogger<Watchdog>(), agent.Fail);
        using var metrics = new GatewayMetrics(agent);
        await using var web = await GatewayWeb.Start(agent, keeper, watchdog, recent, logs, time);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _ = keeper.Reload(notifier);
        });

        LogReady(log, configuration.Gateway.Id, configuration.Devices.Count, configuration.Web.Listen);
        notifier.Ready($"{configuration.Devices.Count} devices");
        await Task.WhenAny(agent.Broken, Task.Delay(Timeout.Infinite, stop));
        notifier.Stopping();
        LogStopping(log);
        if (agent.Broken.IsFaulted)
        {
            await agent.Broken;
        }

        return ExitCode.Done;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "gateway {Gateway} runs {Devices} devices; its page is at {Listen}")]
    private static partial void LogReady(ILogger log, string gateway, int devices, string listen);

    [LoggerMessage(Level = LogLevel.Information, Message = "stopping; what is buffered stays on disk")]
    private static partial void LogStopping(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "running the gateway failed: {Reason}; the service manager starts it again")]
    private static partial void LogFailed(ILogger log, string reason);
}
