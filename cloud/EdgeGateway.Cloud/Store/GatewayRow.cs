namespace EdgeGateway.Cloud.Store;

/// <summary>What a gateway last said of itself. Times in Unix milliseconds.</summary>
public sealed class GatewayRow(string gateway) : StoredRow
{
    public static readonly Table<string, GatewayRow> Table = new(
        "gateways", ["gateway", "site", "asset", "store", "last_heard", "lost_since", "confirmed", "frontier", "heard_at", "status"], 1,
        (key, to) => to.Text(key),
        (row, to) =>
        {
            to.Text(row.Gateway);
            to.Text(row.Site);
            to.Text(row.Asset);
            to.Text(row.Store);
            to.Integer(row.LastHeard);
            to.Integer(row.LostSince);
            to.Integer(row.Confirmed);
            to.Integer(row.Frontier);
            to.Integer(row.HeardAt);
            to.Bytes(row.Status);
        },
        from => new GatewayRow(from.Text())
        {
            Site = from.Text(),
            Asset = from.TextOrNull(),
            Store = from.Text(),
            LastHeard = from.Integer(),
            LostSince = from.IntegerOrNull(),
            Confirmed = from.Integer(),
            Frontier = from.Integer(),
            HeardAt = from.Integer(),
            Status = from.Bytes(),
        });

    public string Gateway => gateway;

    public string Site { get; set; } = "";

    public string? Asset { get; set; }

    public string Store { get; set; } = "";

    /// <summary>Event time of the newest heartbeat.</summary>
    public long LastHeard { get; set; }

    /// <summary>Start of an open <c>gateway-lost</c> alert.</summary>
    public long? LostSince { get; set; }

    /// <summary>Kafka had every number up to this one when the heartbeat left.</summary>
    public long Confirmed { get; set; }

    /// <summary>Event time up to which the gateway had nothing more to say once <see cref="Confirmed"/> is here; 0 when judged.</summary>
    public long Frontier { get; set; }

    /// <summary>Processing time of that heartbeat.</summary>
    public long HeardAt { get; set; }

    /// <summary>The heartbeat as it came.</summary>
    public byte[] Status { get; set; } = [];
}
