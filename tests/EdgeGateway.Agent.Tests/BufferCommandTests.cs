using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Agent.Tests;

public sealed class BufferCommandTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();

    public async Task InitializeAsync()
    {
        await using var buffer = EventBuffer.Open(
            new BufferOptions { Gateway = "g1", Path = folder["buffer.db"], ReserveBytes = 0 }, TimeProvider.System, NullLogger.Instance);
        for (var i = 0; i < 100; i++)
        {
            await buffer.Append(new TemperatureEvent { Device = "t1", ObservedAt = DateTimeOffset.UtcNow, Clock = ClockQuality.Ntp, Celsius = i });
        }
    }

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_sound_buffer_is_described_verified_exported_and_kept_by_a_salvage()
    {
        Assert.Contains("buffered:  100", await Run(0, "stats"), StringComparison.Ordinal);
        Assert.Contains("is sound", await Run(0, "verify"), StringComparison.Ordinal);
        var lines = (await Run(0, "export")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(100, lines.Length);
        Assert.Contains("\"celsius\":99", lines[^1], StringComparison.Ordinal);
        Assert.Contains("100 events saved, 0 lost", await Run(0, "salvage"), StringComparison.Ordinal);
        Assert.Contains("buffered:  100", await Run(0, "stats"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_is_told_with_an_exit_code_of_failure()
    {
        using (var file = File.OpenWrite(folder["buffer.db"]))
        {
            file.Position = file.Length / 2;
            file.Write(new byte[2048]);
        }

        Assert.Contains("is damaged", await Run(1, "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_wrong_usage()
    {
        File.Delete(folder["buffer.db"]);
        Assert.Contains("there is no buffer", await Run(2, "stats"), StringComparison.Ordinal);
    }

    /// <summary>Runs <c>buffer COMMAND</c> and returns what it printed.</summary>
    private async Task<string> Run(int expected, string command)
    {
        var (exitCode, output, errors) = await ChildProcess.Run(Repository.Agent, ["buffer", command, "--path", folder["buffer.db"]]);
        Assert.True(exitCode == expected, $"{exitCode}: {output}{errors}");
        return exitCode == 2 ? errors : output;
    }
}
