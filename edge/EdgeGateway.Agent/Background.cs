namespace EdgeGateway.Agent;

/// <summary>Something that runs until it is told to stop.</summary>
internal sealed class Background
{
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;

    private Background(Func<CancellationToken, Task> run)
    {
        running = Task.Run(() => run(stopping.Token));
    }

    public static Background Run(Func<CancellationToken, Task> run) => new(run);

    /// <summary>Tells it and waits until it has.</summary>
    public async Task Stop()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }
}
