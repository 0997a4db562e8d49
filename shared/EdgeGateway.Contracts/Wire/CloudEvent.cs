namespace EdgeGateway.Contracts;

/// <summary>Names of the CloudEvents headers in Kafka's binary mode, and how their values are made.</summary>
public static class CloudEvent
{
    public const string SpecVersionHeader = "ce_specversion";
    public const string IdHeader = "ce_id";
    public const string SourceHeader = "ce_source";
    public const string TypeHeader = "ce_type";
    public const string TimeHeader = "ce_time";
    public const string SubjectHeader = "ce_subject";
    public const string ContentTypeHeader = "content-type";

    public const string SpecVersion = "1.0";
    public const string Json = "application/json";
    public const string StatusType = "edgegateway.status.v1";
    public const string AlertType = "edgegateway.alert.v1";
    public const string LevelType = "edgegateway.level.v1";

    /// <summary><c>ce_id</c> of a numbered event.</summary>
    public static string EventId(string gateway, string store, long seq) => $"{gateway}/{store}/{seq}";

    /// <summary><c>ce_id</c> of heartbeat N; its middle keeps it apart from every numbered event.</summary>
    public static string StatusId(string gateway, string store, long statusNumber) => $"{gateway}/{store}/status/{statusNumber}";

    /// <summary><c>ce_source</c> of what a device said.</summary>
    public static string DeviceSource(string gateway, string device) => $"/gateways/{gateway}/devices/{device}";

    /// <summary><c>ce_source</c> of what a gateway says of itself.</summary>
    public static string GatewaySource(string gateway) => $"/gateways/{gateway}";

    /// <summary>Gateway, store and number of a numbered event's <c>ce_id</c>; false for any other id.</summary>
    public static bool TryParseEventId(string id, out string gateway, out string store, out long seq)
    {
        var parts = id.Split('/');
        if (parts.Length == 3 && parts[0].Length > 0 && parts[1].Length > 0 && long.TryParse(parts[2], out seq) && seq >= 1)
        {
            (gateway, store) = (parts[0], parts[1]);
            return true;
        }

        (gateway, store, seq) = ("", "", 0);
        return false;
    }
}
