using System.Globalization;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>Heartbeats, completeness and losses of the gateways; says when one was not heard of for too long.</summary>
public sealed class GatewayView(TimeSpan lostAfter, AlertBook alerts, TemperatureView temperatures)
{
    private readonly RowCache<string, GatewayRow> gateways = new(GatewayRow.Table, row => row.Gateway);
    private readonly RowCache<(string Gateway, string Store), CompletenessRow> completeness = new(CompletenessRow.Table, row => (row.Gateway, row.Store));
    private readonly Dictionary<(string, string, long), LedgerRow> ledger = [];
    private readonly HashSet<string> frontiers = [];
    private CompletenessRow? lastSeen;

    /// <summary>Names of the gateways whose row changed in this batch.</summary>
    public IEnumerable<string> ChangedGateways =>
        gateways.Changed.Select(row => row.Gateway).Concat(completeness.Changed.Select(row => row.Gateway)).Distinct();

    public void Want(string gateway, string store)
    {
        gateways.Want(gateway);
        completeness.Want((gateway, store));
    }

    public void Load(IStoreTransaction transaction)
    {
        gateways.Load(transaction);
        completeness.Load(transaction);
    }

    /// <summary>Whether the event's number was taken before.</summary>
    public bool HasSeen(GatewayEvent e) => completeness.Find((e.Gateway, e.Store))?.Seen.Contains(e.Seq) ?? false;

    /// <summary>A numbered event was taken, on whatever topic.</summary>
    public void See(GatewayEvent e)
    {
        var row = lastSeen;
        if (row is null || row.Gateway != e.Gateway || row.Store != e.Store)
        {
            row = completeness.Find((e.Gateway, e.Store)) ?? completeness.Add(new CompletenessRow(e.Gateway, e.Store, new SeqSet()));
            lastSeen = row;
            frontiers.Add(e.Gateway);
        }

        row.Seen.Add(e.Seq);
        completeness.Change(row);
    }

    public void Apply(Received<LedgerEvent> received)
    {
        var e = received.Value;
        ledger[(e.Gateway, e.Store, e.Seq)] = new LedgerRow(
            e.Gateway, e.Store, e.Seq, e.Kind, e.FromSeq, e.ToSeq, e.LostFamily, e.Count, e.Reason,
            e.ObservedAt.ToUnixTimeMilliseconds(), e.LostStore ?? e.Store);
        if (e.Kind != "thinned")
        {
            // One alert a day and kind: a gateway under pressure sheds often, and each entry is in the ledger anyway.
            var day = new DateTimeOffset(e.ObservedAt.UtcDateTime.Date, TimeSpan.Zero);
            alerts.Open(new Alert
            {
                Id = Alert.IdOf(e.Gateway, "gateway", "data-lost", e.Kind, day),
                Kind = "data-lost",
                Severity = Severities.Critical,
                State = "open",
                Gateway = e.Gateway,
                Site = e.Site,
                Asset = e.Asset,
                Rule = e.Kind,
                OpenedAt = e.ObservedAt,
                DetectedAt = default,
                Late = AlertBook.IsLate(e.ObservedAt, received.RecordAt),
            });
        }
    }

    public void Apply(Received<GatewayStatus> received, long now)
    {
        var status = received.Value;
        var at = status.ObservedAt.ToUnixTimeMilliseconds();
        var row = gateways.Find(status.Gateway) ?? gateways.Add(new GatewayRow(status.Gateway));
        if (at < row.LastHeard)
        {
            return;
        }

        var since = row.LastHeard + (long)lostAfter.TotalMilliseconds;
        if (row.LastHeard > 0 && at > since)
        {
            // Also when no clock noticed in time: a gap is a gap, live or replayed.
            alerts.Open(Lost(row, since, resolvedAt: null));
            alerts.Resolve(Lost(row, since, at));
        }

        row.LostSince = null;
        (row.Site, row.Asset, row.Store) = (status.Site, status.Asset, status.Store);
        (row.LastHeard, row.HeardAt) = (at, now);
        row.Confirmed = status.LastSeq - status.Buffered;
        row.Frontier = status.Buffered == 0 ? at : Math.Min(at, status.OldestBufferedAt?.ToUnixTimeMilliseconds() ?? 0);
        row.Status = status.ToJson();
        gateways.Change(row);
        frontiers.Add(status.Gateway);
    }

    /// <summary>Up to which number everything of a gateway's store is here.</summary>
    public long Contiguous(string gateway, string store) => completeness.Find((gateway, store))?.Seen.Contiguous ?? 0;

    /// <summary>
    /// Judges silence where a heartbeat's numbers are all here, or where everything that was in Kafka when it came has been
    /// read and they still are not.
    /// </summary>
    /// <param name="settledAt">Processing time at which the end of every partition had been reached, Unix milliseconds.</param>
    public void Advance(long settledAt)
    {
        foreach (var gateway in frontiers)
        {
            if (gateways.Find(gateway) is { Frontier: > 0 } row
                && (row.HeardAt < settledAt || Contiguous(gateway, row.Store) >= row.Confirmed))
            {
                temperatures.AdvanceTo(gateway, row.Frontier, row.LastHeard);
                row.Frontier = 0;
                gateways.Change(row);
            }
        }

        frontiers.Clear();
    }

    /// <summary>Wants the gateways that a look at the clock may be about.</summary>
    public void WantOverdue(IStoreTransaction transaction, long now)
    {
        var overdue = transaction.Command("SELECT gateway, store FROM gateways WHERE (last_heard < @limit AND lost_since IS NULL) OR frontier > 0")
            .With("limit", now - (long)lostAfter.TotalMilliseconds)
            .Rows(row => (Gateway: row.GetString(0), Store: row.GetString(1)));
        foreach (var (gateway, store) in overdue)
        {
            Want(gateway, store);
            temperatures.Want(gateway);
            frontiers.Add(gateway);
        }
    }

    /// <summary>Opens alerts for gateways that should have been heard by now; the clock only finds out, the heartbeats date it.</summary>
    public void FindLost(long now)
    {
        foreach (var gateway in frontiers)
        {
            if (gateways.Find(gateway) is { LostSince: null, LastHeard: > 0 } row && row.LastHeard + lostAfter.TotalMilliseconds < now)
            {
                row.LostSince = row.LastHeard + (long)lostAfter.TotalMilliseconds;
                alerts.Open(Lost(row, row.LostSince.Value, resolvedAt: null));
                gateways.Change(row);
            }
        }
    }

    public void Save(IStoreTransaction transaction)
    {
        gateways.Save(transaction);
        completeness.Save(transaction);
        transaction.Save(LedgerRow.Table, ledger.Values);
        ledger.Clear();
        frontiers.Clear();
    }

    public void Trim()
    {
        gateways.Trim();
        completeness.Trim();
        lastSeen = null;
    }

    public void Clear()
    {
        gateways.Clear();
        completeness.Clear();
        ledger.Clear();
        frontiers.Clear();
        lastSeen = null;
    }

    private Alert Lost(GatewayRow row, long since, long? resolvedAt)
    {
        var openedAt = DateTimeOffset.FromUnixTimeMilliseconds(since);
        var rule = string.Create(CultureInfo.InvariantCulture, $"not heard for {Duration.Format(lostAfter)}");
        return new Alert
        {
            Id = Alert.IdOf(row.Gateway, "gateway", "gateway-lost", rule, openedAt),
            Kind = "gateway-lost",
            Severity = Severities.Critical,
            State = resolvedAt is null ? "open" : "resolved",
            Gateway = row.Gateway,
            Site = row.Site,
            Asset = row.Asset,
            Rule = rule,
            OpenedAt = openedAt,
            DetectedAt = default,
            ResolvedAt = resolvedAt is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null,
        };
    }
}
