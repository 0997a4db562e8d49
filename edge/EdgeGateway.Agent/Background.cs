namespace EdgeGateway.Agent;

/// <summary>Something that runs until it is told to stop.</summary>
internal sealed class Background
{
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;

    private Background(Func<CancellationToken, Task> run, Action<Exception> failed)
    {
        running = Task.Run(() => Run(run, failed));
    }

    /// <param name="run">Runs until its token is cancelled.</param>
    /// <param name="failed">Told when it broke off before, by what it did not foresee.</param>
    public static Background Start(Func<CancellationToken, Task> run, Action<Exception> failed) => new(run, failed);

    /// <summary>Tells it and waits until it has.</summary>
    public async Task Stop()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private async Task Run(Func<CancellationToken, Task> run, Action<Exception> failed)
    {
        try
        {
            await run(stopping.Token);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // As it was told; what it met on its way out keeps nobody from going on.
        }
        catch (Exception e)
        {
            failed(e);
        }
    }
}
