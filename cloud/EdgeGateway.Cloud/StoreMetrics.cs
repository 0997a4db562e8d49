using System.Data.Common;
using System.Diagnostics.Metrics;
using EdgeGateway.Cloud.Api;
using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud;

/// <summary>What <c>/metrics</c> reads from the database when it is asked: lag, queues, completeness of the gateways.</summary>
public sealed class StoreMetrics(IStore store, TimeProvider time)
{
    /// <summary>Gateways with series of their own: those that miss most and wait longest. The totals count all.</summary>
    public const int MostGateways = 200;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private List<GatewayState> gateways = [];
    private long? readAt;

    /// <summary>Adds its series to those that are exported.</summary>
    public void AddTo(CloudMetrics metrics)
    {
        metrics.Observe("edge_cloud_lag_records", "Records of a partition that wait to be folded.", () => LagOf(lag => lag.Records));
        metrics.Observe("edge_cloud_lag_seconds", "Age of the last record folded while others wait.", () => LagOf(lag => lag.Seconds));
        metrics.Observe("edge_cloud_outbox_rows", "Rows of messages that wait to be published.", () => Count("outbox"));
        metrics.Observe("edge_cloud_notifications_waiting", "Notifications that wait to be sent.", () => Count("notifications"));
        metrics.Observe("edge_cloud_gateways", "Gateways known.", () => One(all => all.Count));
        metrics.Observe("edge_cloud_gateways_lost", "Gateways not heard of for too long.", () => One(all => all.Count(gateway => gateway.Row?.LostSince is not null)));
        metrics.Observe("edge_cloud_missing_events", "Numbers of all gateways that neither came nor were given up.", () => One(all => all.Sum(gateway => gateway.MissingCount)));
        metrics.Observe("edge_cloud_gateway_missing_events", "Numbers of a gateway that neither came nor were given up.", () => Each(gateway => gateway.MissingCount));
        metrics.Observe("edge_cloud_gateway_highest_seq", "Highest number of a gateway's present store that came.", () => Each(gateway => gateway.HighestSeq));
        metrics.Observe("edge_cloud_gateway_buffered_events", "Events that wait at a gateway, as its last heartbeat says.", () => Each(gateway => gateway.Status?.Buffered ?? 0));
    }

    private IEnumerable<Measurement<double>> LagOf(Func<Lag, double> value) => Ask(() => Lag.Read(store, time).ConvertAll(lag =>
        new Measurement<double>(value(lag), new("topic", lag.Topic), new("partition", lag.Partition))));

    private IEnumerable<Measurement<double>> Count(string table) => Ask(() =>
    {
        using var connection = store.OpenReader();
        return [new Measurement<double>(connection.Command($"SELECT COUNT(*) FROM {table}").Rows(row => row.GetInt64(0))[0])];
    });

    private IEnumerable<Measurement<double>> One(Func<List<GatewayState>, double> value) => Ask(() => [new Measurement<double>(value(Gateways()))]);

    private IEnumerable<Measurement<double>> Each(Func<GatewayState, double> value) => Ask(() =>
        [.. Gateways().Take(MostGateways).Select(gateway => new Measurement<double>(value(gateway), new KeyValuePair<string, object?>("gateway", gateway.Gateway)))]);

    // Read once for all the series of a scrape.
    private List<GatewayState> Gateways()
    {
        lock (gate)
        {
            if (readAt is not { } at || time.GetElapsedTime(at) > Fresh)
            {
                gateways = GatewayState.Read(store).OrderByDescending(gateway => gateway.MissingCount).ThenByDescending(gateway => gateway.Status?.Buffered ?? 0).ToList();
                readAt = time.GetTimestamp();
            }

            return gateways;
        }
    }

    // A database that does not answer leaves a gap in the graph, not an error on the metrics page.
    private static IEnumerable<Measurement<double>> Ask(Func<List<Measurement<double>>> query)
    {
        try
        {
            return query();
        }
        catch (DbException)
        {
            return [];
        }
    }
}
