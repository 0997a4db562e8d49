using System.Data.Common;

namespace EdgeGateway.Cloud.Store;

/// <summary>A transaction; disposed without <see cref="Commit"/> it leaves no trace.</summary>
public interface IStoreTransaction : IDisposable
{
    /// <summary>Reads the rows of these keys, those that exist, in one go.</summary>
    void Load<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TKey> keys, Action<TRow> found);

    /// <summary>Inserts rows or replaces those of the same key; no key twice, and a table once a transaction.</summary>
    void Save<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows);

    /// <summary>Adds rows to a table whose <c>id</c> the database fills.</summary>
    void Append<TKey, TRow>(Table<TKey, TRow> table, IReadOnlyCollection<TRow> rows);

    /// <summary>A command of this transaction; parameters are written <c>@name</c>.</summary>
    DbCommand Command(string sql);

    void Commit();
}
