using System.Collections;
using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// What a batch's movements add to the facts of their articles, a chunk each. A chunk is put together while the rows are gone
/// through, which is done once, and valid until the next: the chunks of a large batch take no memory of their own.
/// </summary>
public sealed class MovementChunks : IReadOnlyCollection<MovementRow>
{
    private readonly ChunkBuffer chunk = new(1024);
    private MovementBatch batch = new();
    private MovementChain chain = new();
    private IReadOnlyList<LevelRow?> levels = [];
    private int[] ends = [];
    private int[] order = [];

    /// <summary>Articles that something is added to.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the movements of a batch that are new, in their order within each article.</summary>
    /// <param name="movements">The batch.</param>
    /// <param name="isNew">Which of them.</param>
    /// <param name="articles">The level of each of its articles, there by the time the rows are asked for.</param>
    /// <param name="addTo">What the rows are added to while they are gone through.</param>
    public void Group(MovementBatch movements, ReadOnlySpan<bool> isNew, IReadOnlyList<LevelRow?> articles, MovementChain addTo)
    {
        (batch, levels, chain) = (movements, articles, addTo);
        if (order.Length < isNew.Length)
        {
            order = new int[isNew.Length + Math.Max(1024, isNew.Length / 16)];
        }

        if (ends.Length < movements.Articles.Count)
        {
            ends = new int[movements.Articles.Count * 2];
        }

        Array.Clear(ends);
        var all = movements.All;
        for (var i = 0; i < all.Length; i++)
        {
            ends[all[i].Article] += isNew[i] ? 1 : 0;
        }

        Count = 0;
        var next = 0;
        foreach (ref var end in ends.AsSpan(0, movements.Articles.Count))
        {
            Count += end > 0 ? 1 : 0;
            (end, next) = (next, next + end);
        }

        // What begins as the place of an article's first is the end of its last once all have their place.
        for (var i = 0; i < all.Length; i++)
        {
            if (isNew[i])
            {
                order[ends[all[i].Article]++] = i;
            }
        }
    }

    public void Clear() => Count = 0;

    public IEnumerator<MovementRow> GetEnumerator()
    {
        var begin = 0;
        for (var article = 0; Count > 0 && article < batch.Articles.Count; article++)
        {
            var end = ends[article];
            if (end > begin)
            {
                yield return Of(levels[article]!, begin, end);
                begin = end;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private MovementRow Of(LevelRow level, int begin, int end)
    {
        chunk.Clear();
        var run = new MovementRun(chunk);
        var all = batch.All;
        var from = long.MaxValue;
        foreach (var index in order.AsSpan(begin, end - begin))
        {
            ref readonly var movement = ref all[index];
            from = Math.Min(from, movement.At);
            run.Add(batch.Stored(movement));
        }

        return chain.Add(level, from, chunk.Memory);
    }
}
