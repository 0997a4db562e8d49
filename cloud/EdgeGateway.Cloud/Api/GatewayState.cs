using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Api;

/// <summary>A gateway as it last spoke of itself, and how complete its numbers are.</summary>
/// <param name="Gateway">Its name.</param>
/// <param name="Row">What is known from heartbeats; null before the first.</param>
/// <param name="Status">The newest heartbeat; null before the first.</param>
/// <param name="Stores">Every store it ever numbered in, the present one last.</param>
public sealed record GatewayState(string Gateway, GatewayRow? Row, GatewayStatus? Status, IReadOnlyList<StoreState> Stores)
{
    public long HighestSeq => Stores.Count == 0 ? 0 : Stores[^1].HighestSeq;

    /// <summary>Numbers that neither came nor were given up.</summary>
    public long MissingCount => Stores.Sum(store => store.Missing.Sum(range => range.Count));

    /// <summary>All gateways, by name.</summary>
    public static List<GatewayState> Read(IStore store)
    {
        using var connection = store.OpenReader();
        var gateways = ReaderRow.Rows(connection.Command($"SELECT {string.Join(", ", GatewayRow.Table.Columns)} FROM gateways"), GatewayRow.Table)
            .ToDictionary(row => row.Gateway, StringComparer.Ordinal);
        var completeness = ReaderRow.Rows(connection.Command($"SELECT {string.Join(", ", CompletenessRow.Table.Columns)} FROM completeness"), CompletenessRow.Table)
            .ToLookup(row => row.Gateway, StringComparer.Ordinal);
        var ledger = ReaderRow.Rows(connection.Command($"SELECT {string.Join(", ", LedgerRow.Table.Columns)} FROM ledger ORDER BY seq"), LedgerRow.Table)
            .ToLookup(row => (row.Gateway, row.LostStore));
        var settledAt = connection.Command("SELECT COALESCE(MIN(caught_up_at), 0) FROM consumed").Rows(row => row.GetInt64(0))[0];
        return gateways.Keys.Concat(completeness.Select(group => group.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(gateway =>
            {
                var row = gateways.GetValueOrDefault(gateway);
                var stores = completeness[gateway].OrderBy(one => one.Store == row?.Store).Select(one => Of(row, one, ledger[(gateway, one.Store)].ToList(), settledAt)).ToList();
                return new GatewayState(gateway, row, row is null ? null : GatewayStatus.Parse(row.Status), stores);
            }).ToList();
    }

    private static StoreState Of(GatewayRow? row, CompletenessRow store, List<LedgerRow> ledger, long settledAt)
    {
        // Up to here Kafka had everything, and everything Kafka had then has been read. Of an older store, all that it ever gave.
        var confirmed = row is null ? 0
            : row.Store != store.Store ? store.Seen.Highest
            : row.HeardAt < settledAt ? row.Confirmed
            : Math.Min(row.Confirmed, store.Seen.Contiguous);
        return new StoreState(store.Store, store.Seen.Highest, Completeness.Unexplained(store.Seen, ledger, confirmed).ToList(), ledger);
    }
}

/// <summary>How complete the numbers of one store of a gateway are.</summary>
public sealed record StoreState(string Store, long HighestSeq, IReadOnlyList<SeqRange> Missing, IReadOnlyList<LedgerRow> Ledger);
