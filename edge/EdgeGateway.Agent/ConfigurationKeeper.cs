using EdgeGateway.Agent.Configuration;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent;

/// <summary>
/// The configuration file and its changes. One from the page is in force at once but is written only when it is
/// confirmed: without that, or after a power cut, the one before is back, so that a technician cannot lock himself out.
/// </summary>
public sealed partial class ConfigurationKeeper : IAsyncDisposable
{
    private readonly string file;
    private readonly EdgeAgent agent;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly SemaphoreSlim changing = new(1, 1);
    private byte[] inForce;
    private Pending? pending;
    private long tries;

    public ConfigurationKeeper(string file, EdgeAgent agent, TimeProvider time, ILogger log)
    {
        this.file = file;
        this.agent = agent;
        this.time = time;
        this.log = log;
        inForce = File.ReadAllBytes(file);
    }

    /// <summary>The configuration in force, as it was written.</summary>
    public byte[] InForce => Volatile.Read(ref inForce);

    /// <summary>Until when the configuration in force has to be confirmed; null when it is the one on disk.</summary>
    public DateTimeOffset? ConfirmBy => Volatile.Read(ref pending)?.ConfirmBy;

    /// <summary>Puts a configuration in force until it is confirmed or its time is over.</summary>
    /// <param name="json">The whole configuration, UTF-8.</param>
    /// <param name="mistakes">Receives what is wrong; then nothing was changed.</param>
    /// <returns>Until when it has to be confirmed.</returns>
    public async Task<DateTimeOffset> Try(byte[] json, List<Mistake> mistakes)
    {
        await changing.WaitAsync();
        try
        {
            if (Read(json, mistakes) is not { } next)
            {
                return default;
            }

            var before = pending?.Before ?? InForce;
            pending?.Timer.Dispose();
            var within = next.Web.ConfirmWithin;
            var number = ++tries;
            var confirmBy = time.GetUtcNow() + within;
            var timer = time.CreateTimer(_ => Undo(number), null, within, Timeout.InfiniteTimeSpan);
            Volatile.Write(ref pending, new Pending(number, before, confirmBy, timer));
            await PutInForce(json, next);
            LogTried(log, within.TotalSeconds);
            return confirmBy;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Writes the configuration in force to its file, keeping the one before beside it. False when there is nothing to confirm.</summary>
    /// <exception cref="IOException">It cannot be written; it is still in force and still undone unless confirmed.</exception>
    public async Task<bool> Confirm()
    {
        await changing.WaitAsync();
        try
        {
            if (pending is null)
            {
                return false;
            }

            AtomicFile.Write(file + ".previous", pending.Before);
            AtomicFile.Write(file, InForce);
            pending.Timer.Dispose();
            Volatile.Write(ref pending, null);
            LogConfirmed(log, file);
            return true;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Reads the file again (SIGHUP). What is wrong is logged and the configuration in force stays.</summary>
    public async Task Reload(ServiceNotifier notifier)
    {
        await changing.WaitAsync();
        notifier.Reloading();
        try
        {
            var mistakes = new List<Mistake>();
            var json = await File.ReadAllBytesAsync(file);
            if (Read(json, mistakes) is { } next)
            {
                pending?.Timer.Dispose();
                Volatile.Write(ref pending, null);
                await PutInForce(json, next);
                LogReloaded(log, file);
            }
            else
            {
                LogMistakes(log, file, string.Join("; ", mistakes));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogMistakes(log, file, e.Message);
        }
        finally
        {
            notifier.Ready($"{agent.Configuration.Devices.Count} devices");
            changing.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        pending?.Timer.Dispose();
        changing.Dispose();
        return ValueTask.CompletedTask;
    }

    private AgentConfiguration? Read(byte[] json, List<Mistake> mistakes)
    {
        if (json.Length > ConfigurationReader.MaxBytes)
        {
            mistakes.Add(new Mistake("$", $"has {json.Length} bytes, more than {ConfigurationReader.MaxBytes}"));
            return null;
        }

        if (ConfigurationReader.Read(json, ConfigurationReader.FolderOf(file), mistakes) is { } next)
        {
            mistakes.AddRange(ConfigurationChange.Check(agent.Configuration, next));
            return mistakes.Count == 0 ? next : null;
        }

        return null;
    }

    private async Task PutInForce(byte[] json, AgentConfiguration next)
    {
        await agent.Apply(next);
        Volatile.Write(ref inForce, json);
    }

    /// <param name="number">Of the try whose time is over; by its number, as a wall clock may be set back meanwhile.</param>
    private async void Undo(long number)
    {
        await changing.WaitAsync();
        try
        {
            if (pending is { } unconfirmed && unconfirmed.Number == number && Read(unconfirmed.Before, []) is { } before)
            {
                Volatile.Write(ref pending, null);
                unconfirmed.Timer.Dispose();
                await PutInForce(unconfirmed.Before, before);
                LogUndone(log);
            }
        }
        finally
        {
            changing.Release();
        }
    }

    private sealed record Pending(long Number, byte[] Before, DateTimeOffset ConfirmBy, ITimer Timer);

    [LoggerMessage(Level = LogLevel.Information, Message = "a configuration from the page is in force; it is undone unless confirmed within {Seconds} s")]
    private static partial void LogTried(ILogger log, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "the configuration from the page was confirmed and written to {File}")]
    private static partial void LogConfirmed(ILogger log, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the configuration from the page was not confirmed in time; the one before is in force again")]
    private static partial void LogUndone(ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "the configuration {File} was read again and is in force")]
    private static partial void LogReloaded(ILogger log, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "reading the configuration {File} again failed: {Mistakes}; the one before stays in force")]
    private static partial void LogMistakes(ILogger log, string file, string mistakes);
}
