using System.Text;
using System.Text.Json;
using EdgeGateway.Contracts;
using static EdgeGateway.Buffer.Tests.TestBuffer;

namespace EdgeGateway.Buffer.Tests;

public sealed class BufferToolsTests : IDisposable
{
    private readonly TestBuffer test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task Stats_and_export_tell_what_Kafka_does_not_have_yet()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        string store;
        await using (var buffer = test.Open())
        {
            await buffer.Append([Reading(1), Reading(2, at: at), Reading(3, at: at)]);
            await buffer.Acknowledge(1);
            store = buffer.Store;
        }

        var stats = BufferTools.Stats(test.Options.Path);
        Assert.Equal(("store-1", store, 3, 2, at), (stats.Gateway, stats.Store, stats.LastSeq, stats.Buffered, stats.OldestBufferedAt));

        using var output = new MemoryStream();
        Assert.Equal(2, BufferTools.Export(test.Options.Path, output));
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            $$"""{"topic":"gateway.temperature","gateway":"store-1","store":"{{store}}","seq":2,"device":"probe-1","observedAt":"2026-01-02T03:04:05.678Z","clock":"ntp","celsius":2}""",
            lines[0]);
        Assert.Equal(3, JsonDocument.Parse(lines[1]).RootElement.GetProperty("seq").GetInt64());
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Verify_names_a_damaged_chunk_and_salvage_heals_the_file()
    {
        await using (var buffer = test.Open())
        {
            for (var i = 1; i <= 500; i++)
            {
                await buffer.Append(Tag(new Random(i)));
            }
        }

        Assert.Empty(BufferTools.Verify(test.Options.Path));
        var file = await File.ReadAllBytesAsync(test.Options.Path);
        file[(file.Length / 2) + 300] ^= 1;
        await File.WriteAllBytesAsync(test.Options.Path, file);
        Assert.NotEmpty(BufferTools.Verify(test.Options.Path));

        var (report, aside) = BufferTools.Salvage(test.Options.Path, gateway: null, TimeProvider.System);

        Assert.Equal(500, report.Events + report.Lost);
        Assert.InRange(report.Lost, 1, 100);
        Assert.Equal(file, await File.ReadAllBytesAsync(aside));
        Assert.Empty(BufferTools.Verify(test.Options.Path));
        await using var healed = test.Open();
        Assert.Equal(EventFamily.Ledger, ReadAll(healed)[^1].Family);
    }

    [Fact]
    public void A_file_that_is_not_there_is_not_made()
    {
        Assert.Throws<FileNotFoundException>(() => BufferTools.Stats(test.Options.Path));
        Assert.False(File.Exists(test.Options.Path));
    }

    [Fact]
    public async Task A_running_agents_buffer_is_left_alone()
    {
        await using var buffer = test.Open();

        Assert.Throws<InvalidOperationException>(() => BufferTools.Verify(test.Options.Path));
    }
}
