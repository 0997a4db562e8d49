using System.Data.Common;
using System.Runtime.InteropServices;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
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
        var views = new ViewWriter(store, configuration.Settings, TimeProvider.System);
        // Meanwhile the host is built.
        var opening = Task.Run(() => Open(store, views), CancellationToken.None);
        await using var app = CloudHost.Build(configuration, store, views, TimeProvider.System);
        var logger = app.Services.GetRequiredService<ILogger<CloudHost>>();
        if (!await Opened(store, views, opening, logger, stop))
        {
            return ExitCodes.Done;
        }

        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Reload(file, app, logger);
        });
        var services = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        try
        {
            await app.RunAsync(stop);
        }
        catch (IOException e)
        {
            logger.LogError("Listening on {Address}: {Reason} Choose another web.listen or end what uses it.", configuration.Settings.Web.Listen, e.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            // Stopped while it started, by a signal or by a part that failed.
        }

        if (services.Select(service => service.ExecuteTask?.Exception?.InnerException).FirstOrDefault(failure => failure is not null) is not { } failure)
        {
            return ExitCodes.Done;
        }

        logger.LogError(failure, "Running: {Reason}; the service manager starts it again. If that does not help, look at the settings and files it names.", failure.Message);
        return ExitCodes.Failed;
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

    private static void Open(IStore store, ViewWriter views)
    {
        store.Migrate();
        // Of nothing: what a commit is made of is loaded and compiled by then, while the first records are still on their way.
        views.Apply(new Batch(), looksAtClock: false);
    }

    private static async Task<bool> Opened(IStore store, ViewWriter views, Task opening, ILogger logger, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await opening;
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

            opening = Task.Run(() => Open(store, views), CancellationToken.None);
        }
    }
}
