namespace EdgeGateway.Simulator.Check;

/// <summary>What a comparison found: counts for the record and, in words, everything that is not as it must be.</summary>
public sealed class Verdict
{
    // A broken run has thousands of failures of a kind; the first ones tell which.
    private const int MostFailuresOfAKind = 5;

    private readonly Dictionary<string, int> failures = new(StringComparer.Ordinal);
    private readonly List<string> words = [];

    /// <summary>Counts by name; these are said even when they are 0.</summary>
    public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal)
    {
        ["duplicateRecords"] = 0,
        ["redelivered"] = 0,
        ["missingSeqs"] = 0,
    };

    public bool Passed => failures.Count == 0;

    /// <summary>Failures by kind: <c>lost</c>, <c>extra</c>, <c>twice</c>, <c>order</c>, <c>hole</c>, <c>alert</c>, <c>stock</c>, <c>view</c>.</summary>
    public IReadOnlyDictionary<string, int> Failures => failures;

    /// <summary>The first failures of each kind in words.</summary>
    public IReadOnlyList<string> Words => words;

    public void Count(string name, long by = 1) => Counts[name] = Counts.GetValueOrDefault(name) + by;

    public void Fail(string kind, string what)
    {
        var count = failures[kind] = failures.GetValueOrDefault(kind) + 1;
        if (count <= MostFailuresOfAKind)
        {
            words.Add($"{kind}: {what}");
        }
    }
}
