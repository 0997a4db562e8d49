using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Configuration;

/// <summary>The cloud's configuration file.</summary>
public sealed record CloudSettings
{
    public required CloudKafkaSettings Kafka { get; init; }

    /// <summary><c>sqlite:FILE</c> or <c>postgres:CONNECTION</c>, the latter as Npgsql reads it.</summary>
    public required string Database { get; init; }

    public WebSettings Web { get; init; } = new();

    /// <summary>Rules by the name that a device's <c>profile</c> gives.</summary>
    public IReadOnlyDictionary<string, Profile> Profiles { get; init; } = new Dictionary<string, Profile>();

    public LowStockSettings LowStock { get; init; } = new();

    public IReadOnlyList<NotifySettings> Notify { get; init; } = [];

    /// <summary>File of the users who may sign in; see <c>edge-cloud user add</c>.</summary>
    public required string Users { get; init; }

    /// <summary>Silence of its heartbeat after which a gateway is lost.</summary>
    public TimeSpan GatewayLostAfter { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>How to reach Kafka and as which consumer group.</summary>
public sealed record CloudKafkaSettings : KafkaSettings
{
    /// <summary>Instances of one group share the partitions; all of a group use one database.</summary>
    public string GroupId { get; init; } = "edge-cloud";
}

/// <summary>Where the page and the API are served.</summary>
public sealed record WebSettings
{
    public string Listen { get; init; } = "http://127.0.0.1:8081";
}
