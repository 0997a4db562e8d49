using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// All facts behind the levels for which a batch needs them: what a count should have found follows from the facts before it,
/// so a count needs them, and a fact from before the newest count. Both are few.
/// </summary>
public sealed class CountHistories
{
    private readonly Dictionary<LevelKey, List<StoredMovement>> histories = [];
    private readonly HashSet<LevelKey> wanted = [];

    public bool IsEmpty => histories.Count == 0;

    /// <summary>Has the facts of a level loaded if it was ever counted.</summary>
    public void Want(LevelKey key) => wanted.Add(key);

    /// <summary>Loads what the batch needs, once its levels are there.</summary>
    /// <param name="transaction">The batch's.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="levels">The levels.</param>
    /// <param name="moved">Those of the batch's articles, null where there is none yet.</param>
    public void Load(IStoreTransaction transaction, Batch batch, RowCache<LevelKey, LevelRow> levels, IReadOnlyList<LevelRow?> moved)
    {
        // Of most batches the movements need not be gone through.
        var movements = batch.Movements.HasCounts || moved.Any(level => level is { CountId: not null }) ? batch.Movements.All : [];
        foreach (ref readonly var movement in movements)
        {
            if (movement.Kind == MovementKind.Counted || (moved[movement.Article] is { CountId: not null } level && movement.At <= level.CountedAt))
            {
                histories.TryAdd(batch.Movements.Articles[movement.Article], []);
            }
        }

        foreach (var tag in batch.Tags)
        {
            if (tag.Value.Gtin is { } gtin && new LevelKey(tag.Value.Site, gtin) is var key
                && levels.Find(key) is { CountId: not null } level && tag.Value.ObservedAt.ToUnixTimeMilliseconds() <= level.CountedAt)
            {
                histories.TryAdd(key, []);
            }
        }

        foreach (var key in wanted)
        {
            if (levels.Find(key) is { CountId: not null })
            {
                histories.TryAdd(key, []);
            }
        }

        var counted = histories.Keys.Select(levels.Find).OfType<LevelRow>().ToDictionary(level => level.Series, StringComparer.Ordinal);
        MovementChain.Read(transaction, counted.Values, (series, facts) => histories[counted[series].Key].AddRange(facts));
    }

    /// <summary>Adds a fact of the batch where the facts of its level are kept.</summary>
    public void Add(LevelRow level, in StoredMovement fact)
    {
        if (histories.Count > 0 && histories.TryGetValue(level.Key, out var history))
        {
            history.Add(fact);
        }
    }

    /// <summary>Units moved after a time.</summary>
    public long MovedAfter(LevelRow level, long at) =>
        histories[level.Key].Where(fact => fact.At > at && fact.Change is not null).Sum(fact => fact.Change!.Value);

    /// <summary>For every count what it found and what it should have found.</summary>
    public List<VarianceRow> Variances() => histories.SelectMany(entry => StoredMovement.Variances(entry.Key, entry.Value)).ToList();

    public void Clear()
    {
        histories.Clear();
        wanted.Clear();
    }
}
