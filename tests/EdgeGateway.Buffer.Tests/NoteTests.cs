using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using static EdgeGateway.Buffer.Tests.TestBuffer;

namespace EdgeGateway.Buffer.Tests;

/// <summary>What a source must know after a restart, committed with its events.</summary>
public sealed class NoteTests : IDisposable
{
    private readonly TestBuffer test = new(BufferOptions.LeastMaxBytes);

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task The_newest_of_each_key_is_kept_over_restart_and_salvage_until_it_is_taken_back()
    {
        await using (var buffer = test.Open())
        {
            Assert.Empty(buffer.ReadNotes());
            await buffer.Append([Reading(1)], Importance.Evidence, [new Note("a", "1"), new Note("b", "2")]);
            await buffer.Append([Reading(2)], Importance.Evidence, [new Note("a", "3"), new Note("b", null), new Note("c", "4")]);
        }

        await AssertKept();
        BufferTools.Salvage(test.Options.Path, gateway: null, TimeProvider.System);
        await AssertKept();

        async Task AssertKept()
        {
            await using var buffer = test.Open();
            Assert.Equal([new Note("a", "3"), new Note("c", "4")], buffer.ReadNotes().OrderBy(note => note.Key, StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Notes_of_events_that_are_refused_are_not_kept()
    {
        await using var buffer = test.Open();
        var tooLarge = Reading(1) with { Profile = new string('x', 70_000) };
        await Assert.ThrowsAsync<ArgumentException>(() => buffer.Append([Reading(1), tooLarge], Importance.Evidence, [new Note("a", "1")]));
        await buffer.Append(Reading(2));
        Assert.Empty(buffer.ReadNotes());
    }

    [Fact]
    public async Task Many_notes_at_once_keep_the_files_within_their_limit()
    {
        var random = new Random(1);
        await using var buffer = test.Open();
        for (var round = 0; round < 10; round++)
        {
            var keys = Enumerable.Range(0, 500).Select(_ => $"{random.NextInt64():X24}").ToList();
            await Task.WhenAll(keys.Select(key => buffer.Append([Tag(random)], Importance.Evidence, [new Note(key, new string('v', 80))])));
            await Task.WhenAll(keys.Select(key => buffer.Append([Tag(random)], Importance.Evidence, [new Note(key, null)])));
            await buffer.Acknowledge(buffer.LastPosition);
            Assert.InRange(buffer.Stats.Bytes, 1, test.Options.MaxBytes);
        }

        Assert.Empty(buffer.ReadNotes());
        await Eventually.Equal(0, () => buffer.Stats.Buffered, "everything is acknowledged");
    }
}
