using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Puts what tags did to levels into the order of their gateway's numbers before a rule judges it. Tags of one article come
/// over several partitions, and whether stock was low in between must not depend on which was read first. What is on hand
/// does not wait for this, only the judgement.
/// </summary>
public sealed class WaitingChanges
{
    private readonly Dictionary<(string Gateway, string Store), Line> lines = [];
    private readonly HashSet<(string Gateway, string Store)> wanted = [];

    /// <summary>Has the line of a gateway's store loaded by <see cref="Load"/> unless it is here.</summary>
    public void Want(string gateway, string store)
    {
        if (!lines.ContainsKey((gateway, store)))
        {
            wanted.Add((gateway, store));
        }
    }

    /// <summary>Has every line loaded that somebody waits in.</summary>
    public void WantAll(IStoreTransaction transaction)
    {
        foreach (var (gateway, store) in transaction.Command("SELECT DISTINCT gateway, store FROM waiting").Rows(row => (row.GetString(0), row.GetString(1))))
        {
            Want(gateway, store);
        }
    }

    public void Load(IStoreTransaction transaction, RowCache<LevelKey, LevelRow> levels)
    {
        foreach (var key in wanted)
        {
            lines.Add(key, new Line());
        }

        transaction.Load(WaitingRow.OfStore, wanted, row => lines[(row.Gateway, row.Store)].AddStored(row));
        wanted.Clear();
        foreach (var line in lines.Values)
        {
            line.Want(levels);
        }
    }

    public void Add(WaitingRow change) => lines[(change.Gateway, change.Store)].Add(change);

    /// <summary>Hands out, in the order of their numbers, the changes whose turn has come.</summary>
    /// <param name="contiguous">Up to which number everything of a gateway's store is here.</param>
    /// <param name="overdue">Changes sent before this (Unix milliseconds) wait no longer: what is missing before them will not come.</param>
    /// <param name="judge">Takes a change.</param>
    public void Release(Func<string, string, long> contiguous, long overdue, Action<WaitingRow> judge)
    {
        foreach (var ((gateway, store), line) in lines)
        {
            line.Release(contiguous(gateway, store), overdue, judge);
        }
    }

    public void Save(IStoreTransaction transaction)
    {
        var rows = new List<WaitingRow>();
        foreach (var ((gateway, store), line) in lines)
        {
            if (line.TakeReleased() is { } seq)
            {
                transaction.Command("DELETE FROM waiting WHERE gateway = @gateway AND store = @store AND seq <= @seq")
                    .With("gateway", gateway).With("store", store).With("seq", seq).Run();
            }

            line.TakeNew(rows);
        }

        transaction.Save(WaitingRow.Table, rows);
    }

    /// <summary>After a commit: forgets lines that nobody waits in.</summary>
    public void Trim()
    {
        foreach (var (key, line) in lines)
        {
            if (line.IsEmpty)
            {
                lines.Remove(key);
            }
        }
    }

    public void Clear()
    {
        lines.Clear();
        wanted.Clear();
    }

    private sealed class Line
    {
        private readonly SortedDictionary<(long Seq, string Site), WaitingRow> waiting = [];
        private readonly HashSet<(long Seq, string Site)> unsaved = [];
        private bool isStored;
        private long? released;

        public bool IsEmpty => waiting.Count == 0;

        public void AddStored(WaitingRow row)
        {
            waiting.Add((row.Seq, row.Site), row);
            isStored = true;
        }

        public void Add(WaitingRow row)
        {
            waiting.Add((row.Seq, row.Site), row);
            unsaved.Add((row.Seq, row.Site));
        }

        public void Want(RowCache<LevelKey, LevelRow> levels)
        {
            foreach (var row in waiting.Values)
            {
                levels.Want(new LevelKey(row.Site, row.Sku));
            }
        }

        public void Release(long contiguous, long overdue, Action<WaitingRow> judge)
        {
            foreach (var row in waiting.Values)
            {
                contiguous = row.RecordAt < overdue ? Math.Max(contiguous, row.Seq) : contiguous;
            }

            foreach (var (key, row) in waiting.TakeWhile(entry => entry.Key.Seq <= contiguous).ToList())
            {
                judge(row);
                waiting.Remove(key);
                released = unsaved.Remove(key) ? released : row.Seq;
            }
        }

        /// <summary>The highest number that was stored and is not waiting any more, once.</summary>
        public long? TakeReleased()
        {
            var seq = isStored ? released : null;
            released = null;
            return seq;
        }

        public void TakeNew(List<WaitingRow> into)
        {
            foreach (var key in unsaved)
            {
                into.Add(waiting[key]);
                isStored = true;
            }

            unsaved.Clear();
        }
    }
}
