namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Finds a batch's movements that say again what is known. It asks table by table of the ids, each of which fits the
/// processor's cache: all of them do not, and a miss costs as much as the rest of a movement's fold.
/// </summary>
public sealed class MovementFilter
{
    private Candidate[] candidates = [];
    private bool[] isNew = [];

    /// <summary>For each movement whether it is new; the ids of those that are count as known from here on.</summary>
    /// <param name="movements">The batch.</param>
    /// <param name="idsOf">The ids of a partition.</param>
    public ReadOnlySpan<bool> Take(ReadOnlySpan<Movement> movements, Func<int, MovementIds> idsOf)
    {
        if (isNew.Length < movements.Length)
        {
            var room = movements.Length + Math.Max(1024, movements.Length / 16);
            (candidates, isNew) = (new Candidate[room], new bool[room]);
        }

        Sort(movements);
        var (ids, number) = (default(MovementIds), -1);
        foreach (ref readonly var candidate in candidates.AsSpan(0, movements.Length))
        {
            if (candidate.Partition != number)
            {
                (ids, number) = (idsOf(candidate.Partition), candidate.Partition);
            }

            isNew[candidate.Index] = ids!.TryAdd(candidate.Hash, candidate.Minute, candidate.Clock);
        }

        return isNew.AsSpan(0, movements.Length);
    }

    // By table and partition; of the same id the first stays first.
    private void Sort(ReadOnlySpan<Movement> movements)
    {
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
            candidates[places[IdSet.TableOf(movement.Hash)]++] = new Candidate(movement.Hash, (int)(movement.At / 60_000), (int)(movement.Clock / 60_000), i, movement.Partition.Number);
        }
    }

    private readonly record struct Candidate(ulong Hash, int Minute, int Clock, int Index, int Partition);
}
