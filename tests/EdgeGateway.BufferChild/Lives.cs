using System.Text.Json;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Testing;

namespace EdgeGateway.BufferChild;

/// <summary>What a buffer does while it is short of space or damaged, for <see cref="Enduring"/> to let fail at every place.</summary>
internal static class Lives
{
    private const long MaxBytes = BufferOptions.LeastMaxBytes;
    private const int BulkBytes = 4500;
    private const int DamagedEvents = 300;
    private const string BulkDevice = "bulk";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static IReadOnlyDictionary<string, Life> All { get; } = new Dictionary<string, Life>(StringComparer.Ordinal)
    {
        ["small"] = new(_ => Task.CompletedTask, async path => await Enduring.Live(path), Enduring.Problem),
        ["shedding"] = new(_ => Task.CompletedTask, Shed, ShedProblem),
        ["vacuum"] = new(_ => Task.CompletedTask, Drain, DrainProblem),
        ["salvage"] = new(MakeDamaged, Salvage, SalvageProblem),
    };

    /// <summary>More than the file may hold, nine in ten of it repeat reads.</summary>
    private static async Task Shed(string path)
    {
        await using var buffer = ChildBuffer.Open(path, MaxBytes);
        for (var number = 1; number <= 100; number++)
        {
            await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => buffer.Append(Bulky(), Importance.RepeatTag)).Append(buffer.Append(ChildBuffer.Reading(number))));
        }
    }

    private static async Task<string?> ShedProblem(string path)
    {
        var (events, last) = await Read(path);
        var evidence = Numbers(events);
        if (!evidence.SequenceEqual(Enumerable.Range(1, 100).Select(number => (long)number)))
        {
            return $"evidence is {string.Join(' ', evidence)}";
        }

        return Ledger(events).Any() ? Unnamed(events.Select(e => e.Seq), events, last) : "nothing was shed";
    }

    /// <summary>A full file is acknowledged, and its space given back.</summary>
    private static async Task Drain(string path)
    {
        await using var buffer = ChildBuffer.Open(path, MaxBytes);
        await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => buffer.Append(Bulky())));
        await buffer.Acknowledge(buffer.LastPosition);
        await Eventually.True(() => new FileInfo(path).Length < 1300 << 10, "the file has shrunk", Patience);
        await buffer.Append(ChildBuffer.Reading(7));
    }

    private static async Task<string?> DrainProblem(string path)
    {
        var (events, last) = await Read(path);
        return last == 401 && Numbers(events) is [7] ? null : $"{events.Count} events up to {last}";
    }

    private static async Task MakeDamaged(string path)
    {
        await using (var buffer = ChildBuffer.Open(path, MaxBytes))
        {
            for (var i = 0; i < DamagedEvents; i += 10)
            {
                await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => buffer.Append(Bulky())));
            }
        }

        var file = await File.ReadAllBytesAsync(path);
        file.AsSpan(file.Length / 2, 4096).Fill(0xA5);
        await File.WriteAllBytesAsync(path, file);
    }

    private static async Task Salvage(string path)
    {
        await using var buffer = ChildBuffer.Open(path, MaxBytes);
        var store = buffer.Store;

        // Reading meets the damage, and the buffer then heals itself.
        await Eventually.True(
            () =>
            {
                buffer.Read(0, int.MaxValue, []);
                return buffer.Store.Length > 0 && buffer.Store != store;
            },
            "the file is salvaged",
            Patience);
        await buffer.Append(ChildBuffer.Reading(7));
    }

    private static async Task<string?> SalvageProblem(string path)
    {
        if (Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".corrupt-*").Length == 0)
        {
            return "the damaged file is gone";
        }

        var (events, _) = await Read(path);
        return Numbers(events) is [7]
            ? Unnamed(events.Select(e => e.Position), events, DamagedEvents)
            : "the new event is not there once";
    }

    /// <summary>An event that takes a few pages, because it does not compress.</summary>
    private static TemperatureEvent Bulky()
    {
        var bulk = new byte[BulkBytes];
        Random.Shared.NextBytes(bulk);
        return ChildBuffer.Reading(0) with { Device = BulkDevice, Profile = Convert.ToBase64String(bulk) };
    }

    private static List<long> Numbers(List<StoredEvent> events) =>
        [.. events.Where(e => e.Family == EventFamily.Temperature && e.Device != BulkDevice).Select(e => Appending.NumberOf(e))];

    private static IEnumerable<(long From, long To)> Ledger(List<StoredEvent> events)
    {
        foreach (var entry in events.Where(e => e.Family == EventFamily.Ledger))
        {
            using var body = JsonDocument.Parse(entry.Body);
            yield return (body.RootElement.GetProperty("fromSeq").GetInt64(), body.RootElement.GetProperty("toSeq").GetInt64());
        }
    }

    private static string? Unnamed(IEnumerable<long> present, List<StoredEvent> events, long upTo)
    {
        var there = present.ToHashSet();
        var named = Ledger(events).ToList();
        for (var number = 1L; number <= upTo; number++)
        {
            if (!there.Contains(number) && !named.Exists(range => number >= range.From && number <= range.To))
            {
                return $"{number} is missing";
            }
        }

        return null;
    }

    private static async Task<(List<StoredEvent> Events, long Last)> Read(string path)
    {
        await using var buffer = ChildBuffer.Open(path, MaxBytes);
        var events = new List<StoredEvent>();
        while (buffer.Read(events is [.., var last] ? last.Position : 0, 1000, events) > 0)
        {
        }

        return (events, buffer.LastSeq);
    }
}
