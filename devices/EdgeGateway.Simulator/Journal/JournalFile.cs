using System.Text.Json;

namespace EdgeGateway.Simulator.Journal;

/// <summary>The journal on disk: a line of JSON an entry, in the order of the acknowledgements.</summary>
public sealed class JournalFile(string path) : IDisposable
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private readonly StreamWriter writer = new(path, append: true) { AutoFlush = true };

    public void Append(JournalEntry entry) => writer.WriteLine(JsonSerializer.Serialize(entry, Options));

    public void Dispose() => writer.Dispose();

    /// <exception cref="FormatException">A line is no entry; says which.</exception>
    public static List<JournalEntry> Read(string path)
    {
        var entries = new List<JournalEntry>();
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                entries.Add(JsonSerializer.Deserialize<JournalEntry>(line, Options)!);
            }
            catch (JsonException e)
            {
                throw new FormatException($"{path} line {entries.Count + 1} is no journal entry: {e.Message}", e);
            }
        }

        return entries;
    }
}
