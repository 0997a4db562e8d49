namespace EdgeGateway.Cloud.Store;

/// <summary>
/// How rows of one table are written and read; both stores work from this description, so that neither repeats it.
/// The key columns come first. Tables whose rows are only appended have an <c>id</c> column besides, which the database fills.
/// </summary>
public sealed class Table<TKey, TRow>(
    string name, string[] columns, int keyColumns,
    Action<TKey, IRowWriter> writeKey, Action<TRow, IRowWriter> write, Func<IRowReader, TRow> read)
{
    public string Name => name;

    public IReadOnlyList<string> Columns => columns;

    public IEnumerable<string> KeyColumns => columns.Take(keyColumns);

    public IEnumerable<string> ValueColumns => columns.Skip(keyColumns);

    public void WriteKey(TKey key, IRowWriter to) => writeKey(key, to);

    public void Write(TRow row, IRowWriter to) => write(row, to);

    public TRow Read(IRowReader from) => read(from);
}
