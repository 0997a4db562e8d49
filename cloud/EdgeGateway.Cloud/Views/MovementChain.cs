using System.Data.Common;
using System.Globalization;
using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Views;

/// <summary>Adds to the facts of levels, and finds them again: <see cref="MovementRow"/>.</summary>
public sealed class MovementChain
{
    // So that the text of a query stays short.
    private const int MostLevelsAtOnce = 500;

    // Subqueries that name one row, rather than joins: no database can get the idea to go through the whole table for them.
    private const string Follow =
        """
        UNION ALL
        SELECT chain.previous, (SELECT m.previous FROM movements m WHERE m.id = chain.previous AND m.to_at >= @from) FROM chain WHERE chain.previous IS NOT NULL)
        SELECT m.series, m.chunk FROM chain JOIN movements m ON m.id = chain.id WHERE m.from_at <= @to ORDER BY m.id
        """;

    private long? lastId;

    /// <summary>Has what is needed to add.</summary>
    public void Load(IStoreTransaction transaction) =>
        lastId ??= transaction.Command("SELECT COALESCE(MAX(id), 0) FROM movements").Rows(row => row.GetInt64(0))[0];

    /// <summary>Adds facts to those of a level that knows of them already; to be written before the level is.</summary>
    /// <param name="level">The level.</param>
    /// <param name="fromAt">Event time of the earliest of them, Unix milliseconds.</param>
    /// <param name="chunk">The facts.</param>
    public MovementRow Add(LevelRow level, long fromAt, ReadOnlyMemory<byte> chunk)
    {
        lastId++;
        var row = new MovementRow(lastId!.Value, level.NewestFacts, level.Series, fromAt, level.UpdatedAt, chunk);
        level.NewestFacts = row.Id;
        return row;
    }

    /// <summary>Others may have added since, or what was added is not there.</summary>
    public void Forget() => lastId = null;

    /// <summary>The facts of one level within a time, in the order in which they came.</summary>
    public static IEnumerable<StoredMovement> Read(DbConnection connection, LevelKey level, long from, long to) =>
        connection.Command(
                "WITH RECURSIVE chain (id, previous) AS (SELECT id, previous FROM movements WHERE id = (SELECT newest_facts FROM levels WHERE site = @site AND sku = @sku) " + Follow)
            .With("site", level.Site).With("sku", level.Sku).With("from", from).With("to", to)
            .Rows(row => row.GetFieldValue<byte[]>(1)).SelectMany(MovementSeries.Read).Where(fact => fact.At >= from && fact.At <= to);

    /// <summary>All facts of levels, in the order in which they came.</summary>
    public static void Read(IStoreTransaction transaction, IEnumerable<LevelRow> levels, Action<string, IEnumerable<StoredMovement>> found)
    {
        foreach (var some in levels.Select(level => level.NewestFacts).OfType<long>().Chunk(MostLevelsAtOnce))
        {
            var ids = string.Join(", ", some.Select(id => id.ToString(CultureInfo.InvariantCulture)));
            var rows = transaction.Command($"WITH RECURSIVE chain (id, previous) AS (SELECT id, previous FROM movements WHERE id IN ({ids}) " + Follow)
                .With("from", long.MinValue).With("to", long.MaxValue).Rows(row => (Series: row.GetString(0), Chunk: row.GetFieldValue<byte[]>(1)));
            foreach (var (series, chunk) in rows)
            {
                found(series, MovementSeries.Read(chunk));
            }
        }
    }
}
