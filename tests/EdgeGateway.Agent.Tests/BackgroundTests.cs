namespace EdgeGateway.Agent.Tests;

public sealed class BackgroundTests
{
    [Fact]
    public async Task What_breaks_off_is_told()
    {
        var told = new TaskCompletionSource<Exception>();
        var background = Background.Start(_ => throw new InvalidDataException("not foreseen"), told.SetResult);
        Assert.Equal("not foreseen", (await told.Task.WaitAsync(TimeSpan.FromSeconds(10))).Message);
        await background.Stop();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_ends_when_told_to_is_no_failure_however_it_ends(bool throws)
    {
        var failures = new List<Exception>();
        var background = Background.Start(
            async stop =>
            {
                await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (throws)
                {
                    throw new IOException("the connection was closed");
                }
            },
            failures.Add);
        await background.Stop();
        Assert.Empty(failures);
    }
}
