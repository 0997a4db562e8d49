using System.Data.Common;
using System.Runtime.InteropServices;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Commands;

/// <summary><c>edge-cloud run</c>.</summary>
public static class RunCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public static async Task<int> Run(FileInfo file, CancellationToken stop)
    {
        if (CheckCommand.Read(file) is not { } configuration)
        {
            return ExitCodes.Usage;
        }

        await using var store = configuration.OpenStore();
        // Meanwhile the host is built.
        var migration = Task.Run(store.Migrate, CancellationToken.None);
        await using var app = CloudHost.Build(configuration, store, TimeProvider.System);
        var logger = app.Services.GetRequiredService<ILogger<CloudHost>>();
        if (!await Migrated(store, migration, logger, stop))
        {
            return ExitCodes.Done;
        }

        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Reload(file, app, logger);
        });
        try
        {
            await app.RunAsync(stop);
            return ExitCodes.Done;
        }
        catch (IOException e)
        {
            logger.LogError("Listening on {Address}: {Reason}; choose another web.listen or end what uses it.", configuration.Settings.Web.Listen, e.Message);
            return ExitCodes.Failed;
        }
    }

    // Nothing in memory needs keeping, so a new configuration is taken up by a new process; systemd starts it.
    private static void Reload(FileInfo file, WebApplication app, ILogger logger)
    {
        if (CheckCommand.Read(file) is null)
        {
            logger.LogWarning("Reloading {File}: it has mistakes, see the lines before; the old configuration stays in force.", file.FullName);
            return;
        }

        logger.LogInformation("Reloading {File}: stopping, to be started with it.", file.FullName);
        app.Services.GetRequiredService<ServiceNotifier>().Reloading();
        app.Lifetime.StopApplication();
    }

    private static async Task<bool> Migrated(IStore store, Task migration, ILogger logger, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await migration;
                return true;
            }
            catch (DbException e)
            {
                logger.LogWarning("Opening the database: {Reason}; trying again in {Seconds} s.", e.Message, Pause.TotalSeconds);
                await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (stop.IsCancellationRequested)
            {
                return false;
            }

            migration = Task.Run(store.Migrate, CancellationToken.None);
        }
    }
}
