using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using static EdgeGateway.Buffer.Tests.TestBuffer;

namespace EdgeGateway.Buffer.Tests;

public sealed class DamageTests : IDisposable
{
    private const int PageBytes = 1024;

    private readonly TestBuffer test = new();
    private readonly Random random = new(1);

    public void Dispose() => test.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Every_event_of_a_damaged_file_is_salvaged_or_in_the_ledger(int seed)
    {
        var store = await Fill(3000);
        var original = await File.ReadAllBytesAsync(test.Options.Path);
        var damaged = (byte[])original.Clone();
        var where = new Random(seed);
        for (var i = 0; i < 3; i++)
        {
            // Not the first page: a file without its header is another test.
            where.NextBytes(damaged.AsSpan(where.Next(1, damaged.Length / PageBytes) * PageBytes, 512));
        }

        await File.WriteAllBytesAsync(test.Options.Path, damaged);
        await using var buffer = test.Open();
        var stored = await ReadHealed(buffer);

        AssertComplete(stored, store, 3000);
        if (buffer.Store != store)
        {
            Assert.Equal(damaged, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(test.Folder, "buffer.db.corrupt-*Z"))));
        }
    }

    [Fact]
    public async Task Salvaged_events_keep_their_numbers_and_new_ones_get_a_new_store()
    {
        var store = await Fill(3000);
        await Corrupt(file => file.AsSpan(file.Length / 2, 4 * PageBytes).Fill(0xA5));

        await using var buffer = test.Open();
        await ReadHealed(buffer);
        await buffer.Append(Reading(1));
        var stored = ReadAll(buffer);

        Assert.NotEqual(store, buffer.Store);
        Assert.InRange(stored.Count(e => e.Store == store), 1500, 2999);
        AssertComplete(stored, store, 3000);
        var added = stored.Where(e => e.Store == buffer.Store).ToList();
        Assert.Equal(Enumerable.Range(1, added.Count).Select(i => (long)i), added.Select(e => e.Seq));
        Assert.Equal(EventFamily.Temperature, added[^1].Family);
    }

    [Fact]
    public async Task A_file_that_is_no_database_any_more_is_set_aside_and_a_new_store_begins()
    {
        var store = await Fill(100);
        await Corrupt(file => file.AsSpan().Fill(0));

        await using var buffer = test.Open();
        await buffer.Append(Reading(7)).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.NotEqual(store, buffer.Store);
        Assert.Equal(7, Celsius(ReadAll(buffer)[^1]));
        Assert.Single(Directory.GetFiles(test.Folder, "buffer.db.corrupt-*Z"));
    }

    [Fact]
    public async Task A_flipped_bit_within_a_value_is_noticed_when_it_is_read()
    {
        var store = await Fill(3000);
        await Corrupt(file => file[(file.Length / 2) + 300] ^= 1);

        await using var buffer = test.Open();
        var stored = await ReadHealed(buffer);

        AssertComplete(stored, store, 3000);
        Assert.InRange(stored.Count(e => e.Store == store), 2000, 2999);
    }

    [Fact]
    public async Task A_file_deleted_under_the_running_buffer_is_written_anew_without_loss()
    {
        var store = await Fill(1000);
        await using var buffer = test.Open();
        foreach (var file in Directory.GetFiles(test.Folder, "buffer.db*").Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Delete(file);
        }

        await buffer.Append(Reading(1)).WaitAsync(TimeSpan.FromSeconds(20));

        await Eventually.True(() => File.Exists(test.Options.Path), "the file is back");
        await Eventually.Equal(1001, () => ReadAll(buffer).Count, "all events are there");
        Assert.Equal(store, buffer.Store);
        Assert.Equal(1001, buffer.LastSeq);
    }

    [Fact]
    public async Task A_replacement_that_was_announced_before_a_crash_is_put_in_place_at_the_next_start()
    {
        await Fill(10);
        File.Move(test.Options.Path, test.Options.Path + ".salvaged");
        await File.WriteAllTextAsync(test.Options.Path, "the damaged file");
        await File.WriteAllTextAsync(test.Options.Path + "-wal", "its log");

        await using var buffer = test.Open();

        Assert.Equal(10, ReadAll(buffer).Count);
        var aside = Directory.GetFiles(test.Folder, "buffer.db.corrupt-*").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["the damaged file", "its log"], aside.Select(File.ReadAllText));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_at_the_start_is_waited_for()
    {
        var folder = Path.Combine(test.Folder, "not-mounted-yet");
        await File.WriteAllTextAsync(folder, "in the way");
        test.Options = test.Options with { Path = Path.Combine(folder, "buffer.db") };

        await using var buffer = test.Open();
        var append = buffer.Append(Reading(1));
        Assert.Equal(BufferState.Failing, buffer.Stats.State);
        Assert.NotNull(buffer.Stats.Reason);
        Assert.Throws<BufferUnavailableException>(() => ReadAll(buffer));
        File.Delete(folder);

        await append.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(1, Celsius(Assert.Single(ReadAll(buffer))));
    }

    [Fact]
    public async Task A_folder_deleted_under_the_running_buffer_costs_nothing_once_it_is_back()
    {
        var store = await Fill(1000);
        await using var buffer = test.Open();
        await buffer.Acknowledge(100);

        // The folder goes altogether, so that not even a copy can be written where the file was.
        Directory.Delete(test.Folder, recursive: true);
        await File.WriteAllTextAsync(test.Folder, "in the way");
        var append = buffer.Append(Reading(1));
        await Eventually.Equal(BufferState.Failing, () => buffer.Stats.State, "the buffer says so");
        Assert.Equal(900, ReadAll(buffer, 100).Count);
        File.Delete(test.Folder);
        Directory.CreateDirectory(test.Folder);

        await append.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(store, buffer.Store);
        Assert.Equal(901, ReadAll(buffer, 100).Count);
    }

    private async Task<string> Fill(int count)
    {
        await using var buffer = test.Open();
        for (var i = 0; i < count; i += 10)
        {
            await buffer.Append([.. Enumerable.Range(0, 10).Select(_ => Tag(random))]);
        }

        return buffer.Store;
    }

    private async Task Corrupt(Action<byte[]> damage)
    {
        var file = await File.ReadAllBytesAsync(test.Options.Path);
        damage(file);
        await File.WriteAllBytesAsync(test.Options.Path, file);
    }

    /// <summary>Reads to the end; damage met on the way makes the buffer salvage, after which it is read again.</summary>
    private static async Task<List<StoredEvent>> ReadHealed(EventBuffer buffer)
    {
        List<StoredEvent>? events = null;
        await Eventually.True(
            () =>
            {
                try
                {
                    events = ReadAll(buffer);
                    return buffer.Stats.State == BufferState.Ok;
                }
                catch (BufferUnavailableException)
                {
                    return false;
                }
            },
            "the buffer can be read to its end",
            TimeSpan.FromSeconds(20));
        return events!;
    }

    private static void AssertComplete(List<StoredEvent> stored, string store, int count)
    {
        var present = stored.Where(e => e.Store == store).Select(e => e.Seq).ToHashSet();
        var ranges = stored.Where(e => e.Family == EventFamily.Ledger).Select(e => Body(e)).Select(entry => (
            Store: entry.TryGetProperty("lostStore", out var lost) ? lost.GetString() : store,
            From: entry.GetProperty("fromSeq").GetInt64(),
            To: entry.GetProperty("toSeq").GetInt64())).ToList();
        for (long seq = 1; seq <= count; seq++)
        {
            Assert.True(
                present.Contains(seq) ^ ranges.Any(range => range.Store == store && seq >= range.From && seq <= range.To),
                $"{seq} is neither there nor in the ledger, or both");
        }
    }
}
