namespace EdgeGateway.Cloud.Store;

/// <summary>
/// The rows a batch works on. They stay for the next batch, until another instance or a person may have changed them
/// or there are too many; what is missing is loaded by the batch, never by the record.
/// </summary>
public sealed class RowCache<TKey, TRow>(Table<TKey, TRow> table, Func<TRow, TKey> keyOf, int maxRows = 200_000)
    where TKey : notnull
    where TRow : StoredRow
{
    private readonly Dictionary<TKey, TRow> rows = [];
    private readonly HashSet<TKey> wanted = [];
    private readonly List<TRow> changed = [];

    /// <summary>Has the row loaded by <see cref="Load"/> unless it is here.</summary>
    public void Want(TKey key)
    {
        if (!rows.ContainsKey(key))
        {
            wanted.Add(key);
        }
    }

    public void Load(IStoreTransaction transaction)
    {
        if (wanted.Count > 0)
        {
            transaction.Load(table, wanted, row => rows[keyOf(row)] = row);
            wanted.Clear();
        }
    }

    /// <summary>Null when there is no such row yet.</summary>
    public TRow? Find(TKey key) => rows.GetValueOrDefault(key);

    public TRow Add(TRow row)
    {
        rows.Add(keyOf(row), row);
        row.IsNew = true;
        Change(row);
        return row;
    }

    /// <summary>Has the row written by <see cref="Save"/>.</summary>
    public void Change(TRow row)
    {
        if (!row.IsChanged)
        {
            row.IsChanged = true;
            changed.Add(row);
        }
    }

    public IReadOnlyList<TRow> Changed => changed;

    public void Save(IStoreTransaction transaction)
    {
        var added = changed.FindAll(row => row.IsNew);
        transaction.Append(table, added);
        transaction.Update(table, added.Count == 0 ? changed : changed.FindAll(row => !row.IsNew));
        foreach (var row in changed)
        {
            (row.IsChanged, row.IsNew) = (false, false);
        }

        changed.Clear();
    }

    /// <summary>After a commit: keeps memory bounded.</summary>
    public void Trim()
    {
        if (rows.Count > maxRows)
        {
            rows.Clear();
        }
    }

    /// <summary>Forgets everything, also what was not saved.</summary>
    public void Clear()
    {
        rows.Clear();
        wanted.Clear();
        changed.Clear();
    }
}
