namespace EdgeGateway.Contracts;

/// <summary>Collects the common fields of an event while its record is read.</summary>
internal struct HeadFields
{
    private string? _gateway;
    private string? _store;
    private long? _seq;
    private string? _site;
    private string? _asset;
    private string? _device;
    private DateTimeOffset? _observedAt;
    private ClockQuality? _clock;

    /// <summary>Takes the field the reader stands at when it is a common one; passes over it when it is unknown.</summary>
    public void Read(ref RecordReader json)
    {
        switch (json.NameText)
        {
            case "gateway":
                _gateway = json.Id();
                break;
            case "store":
                _store = json.Id();
                break;
            case "seq":
                _seq = json.Integer(1);
                break;
            case "site":
                _site = json.Id();
                break;
            case "asset":
                _asset = json.Text();
                break;
            case "device":
                _device = json.Id();
                break;
            case "observedAt":
                _observedAt = json.Time();
                break;
            case "clock":
                _clock = ClockNames.Parse(json.Text());
                break;
            default:
                json.Skip();
                break;
        }
    }

    /// <exception cref="FormatException">A common field is missing.</exception>
    public readonly EventHead ToHead() => new(
        RecordReader.Required(_gateway, "gateway"),
        RecordReader.Required(_store, "store"),
        RecordReader.Required(_seq, "seq"),
        RecordReader.Required(_site, "site"),
        _asset,
        RecordReader.Required(_device, "device"),
        RecordReader.Required(_observedAt, "observedAt"),
        RecordReader.Required(_clock, "clock"));
}
