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
    public void Read(scoped ref RecordReader json)
    {
        switch (json.Name.Length)
        {
            case 7 when json.Is("gateway"u8):
                _gateway = json.Id();
                break;
            case 5 when json.Is("store"u8):
                _store = json.Id();
                break;
            case 3 when json.Is("seq"u8):
                _seq = json.Integer(1);
                break;
            case 4 when json.Is("site"u8):
                _site = json.Id();
                break;
            case 5 when json.Is("asset"u8):
                _asset = json.Text();
                break;
            case 6 when json.Is("device"u8):
                _device = json.Id();
                break;
            case 10 when json.Is("observedAt"u8):
                _observedAt = json.EventTime();
                break;
            case 5 when json.Is("clock"u8):
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
