using System.Data.Common;

namespace EdgeGateway.Cloud.Store;

/// <summary>A transaction; disposed without <see cref="Commit"/> it leaves no trace.</summary>
public interface IStoreTransaction : IDisposable
{
    /// <summary>Reads the rows of these keys, those that exist, in one go.</summary>
    void Load<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TKey> keys, Action<TRow> found);

    /// <summary>Inserts rows or replaces those of the same key; no key twice, and a table once a transaction.</summary>
    void Save<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows);

    /// <summary>Adds rows that are not there, for less than <see cref="Save"/>. One whose key is taken fails the transaction.</summary>
    void Append<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows);

    /// <summary>Replaces rows that are there; as <see cref="Save"/>, and for less.</summary>
    void Update<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows);

    /// <summary>A command of this transaction; parameters are written <c>@name</c>.</summary>
    DbCommand Command(string sql);

    void Commit();
}
