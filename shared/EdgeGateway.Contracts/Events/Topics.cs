namespace EdgeGateway.Contracts;

/// <summary>The Kafka topics and which family travels on which.</summary>
public static class Topics
{
    public const string Temperature = "gateway.temperature";
    public const string Position = "gateway.position";
    public const string Tags = "gateway.tags";
    public const string Inputs = "gateway.inputs";
    public const string Ledger = "gateway.ledger";
    public const string Status = "gateway.status";
    public const string Movements = "inventory.movements";
    public const string Levels = "inventory.levels";
    public const string Alerts = "alerts";
    public const string DeadLetter = "dead-letter";

    /// <summary>Topic of a family, for example <c>gateway.temperature</c>.</summary>
    public static string Of(EventFamily family) => family switch
    {
        EventFamily.Temperature => Temperature,
        EventFamily.Position => Position,
        EventFamily.Tags => Tags,
        EventFamily.Inputs => Inputs,
        EventFamily.Ledger => Ledger,
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "not a family of events"),
    };

    /// <summary>Family that travels on a topic, or null when the topic holds no numbered events.</summary>
    public static EventFamily? FamilyOf(string topic) => topic switch
    {
        Temperature => EventFamily.Temperature,
        Position => EventFamily.Position,
        Tags => EventFamily.Tags,
        Inputs => EventFamily.Inputs,
        Ledger => EventFamily.Ledger,
        _ => null,
    };

    /// <summary><c>ce_type</c> of a family: <c>edgegateway.&lt;family&gt;.v1</c>.</summary>
    public static string CloudEventType(EventFamily family) => family switch
    {
        EventFamily.Temperature => "edgegateway.temperature.v1",
        EventFamily.Position => "edgegateway.position.v1",
        EventFamily.Tags => "edgegateway.tags.v1",
        EventFamily.Inputs => "edgegateway.inputs.v1",
        EventFamily.Ledger => "edgegateway.ledger.v1",
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "not a family of events"),
    };
}
