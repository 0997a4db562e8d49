using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Finds a batch's movements that say again what is known, while the batch before is still being committed: what it knows is
/// right as long as batches are committed in the order in which they are marked, or the partitions are loaded anew. It asks
/// table by table of the ids, each of which fits the processor's cache: all of them do not, and a miss costs as much as the
/// rest of a movement's fold.
/// </summary>
public sealed class MovementFilter
{
    private readonly Dictionary<int, MovementIds> partitions = [];
    private Candidate[] candidates = [];

    /// <summary>
    /// Reads the ids of partitions. To be read after the offsets: what another instance commits in between is then found out
    /// by the offsets, and no id of it is missing.
    /// </summary>
    public void Load(IStoreTransaction transaction, IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
        {
            partitions[number] = MovementIds.Load(transaction, number);
        }
    }

    /// <summary>Forgets all partitions.</summary>
    public void Clear() => partitions.Clear();

    /// <summary>Marks which movements of a batch are new, once: the ids of those that are count as known from here on.</summary>
    public void Mark(MovementBatch batch)
    {
        if (batch.IsMarked)
        {
            return;
        }

        var movements = batch.All;
        var isNew = batch.StartMarks();
        Sort(movements);
        var (ids, number) = (default(MovementIds), -1);
        foreach (ref readonly var candidate in candidates.AsSpan(0, movements.Length))
        {
            if (candidate.Partition != number)
            {
                (ids, number) = (partitions[candidate.Partition], candidate.Partition);
            }

            isNew[candidate.Index] = ids!.TryAdd(candidate.Hash, candidate.Minute, candidate.Clock);
        }

        foreach (var partition in partitions.Values)
        {
            partition.Forget();
        }
    }

    // By table and partition; of the same id the first stays first.
    private void Sort(ReadOnlySpan<Movement> movements)
    {
        if (candidates.Length < movements.Length)
        {
            candidates = new Candidate[movements.Length + Math.Max(1024, movements.Length / 16)];
        }

        Span<int> places = stackalloc int[IdSet.Tables];
        places.Clear();
        foreach (ref readonly var movement in movements)
        {
            places[IdSet.TableOf(movement.Hash)]++;
        }

        var next = 0;
        foreach (ref var place in places)
        {
            (place, next) = (next, next + place);
        }

        for (var i = 0; i < movements.Length; i++)
        {
            ref readonly var movement = ref movements[i];
            candidates[places[IdSet.TableOf(movement.Hash)]++] = new Candidate(movement.Hash, movement.Minute, (int)(movement.Clock / Movement.MinuteMilliseconds), i, movement.Partition.Number);
        }
    }

    private readonly record struct Candidate(ulong Hash, int Minute, int Clock, int Index, int Partition);
}
