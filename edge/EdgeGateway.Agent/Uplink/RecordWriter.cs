using System.Buffers;
using System.Text;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;

namespace EdgeGateway.Agent.Uplink;

/// <summary>Writes buffered events as Kafka records into buffers that are used over and over. For one thread.</summary>
internal sealed class RecordWriter(UplinkIdentity identity)
{
    private const int MaxDevicesKept = 4096;

    private static readonly byte[][] Types = [.. Enum.GetValues<EventFamily>().Order().Select(family => Encoding.UTF8.GetBytes(Topics.CloudEventType(family)))];

    private readonly ArrayBufferWriter<byte> value = new(1024);
    private readonly Dictionary<string, (byte[] Source, byte[] Name)> devices = new(StringComparer.Ordinal);
    private readonly byte[] id = new byte[512];
    private readonly byte[] time = new byte[Timestamp.Length];
    private string idStore = "";
    private int idPrefixLength;

    /// <summary>The record's value, valid until the next one is written.</summary>
    public ReadOnlySpan<byte> Value(in StoredEvent e)
    {
        value.ResetWrittenCount();
        var head = new EventHead(identity.Gateway, e.Store, e.Seq, identity.Site, identity.Asset, e.Device, e.ObservedAt, e.Clock);
        EventRecord.Write(value, head, e.Body.Span);
        return value.WrittenSpan;
    }

    /// <summary>The record's headers, valid until the next ones are written.</summary>
    public CloudEventHeaders Headers(in StoredEvent e)
    {
        if (idStore != e.Store)
        {
            idStore = e.Store;
            idPrefixLength = Encoding.UTF8.GetBytes($"{identity.Gateway}/{e.Store}/", id);
        }

        e.Seq.TryFormat(id.AsSpan(idPrefixLength), out var digits);
        Timestamp.Format(e.ObservedAt, time);
        var (source, name) = Device(e.Device);
        return new CloudEventHeaders
        {
            Id = id.AsSpan(0, idPrefixLength + digits),
            Source = source,
            Type = Types[(int)e.Family - 1],
            Time = time,
            Subject = e.Family == EventFamily.Tags ? e.Key.Span : name,
        };
    }

    /// <summary>The headers of a heartbeat.</summary>
    public static CloudEventHeaders Headers(GatewayStatus status) => new()
    {
        Id = Encoding.UTF8.GetBytes(CloudEvent.StatusId(status.Gateway, status.Store, status.StatusNumber)),
        Source = Encoding.UTF8.GetBytes(CloudEvent.GatewaySource(status.Gateway)),
        Type = Encoding.UTF8.GetBytes(CloudEvent.StatusType),
        Time = Encoding.UTF8.GetBytes(Timestamp.Format(status.ObservedAt)),
        Subject = Encoding.UTF8.GetBytes(status.Gateway),
    };

    private (byte[] Source, byte[] Name) Device(string device)
    {
        if (devices.TryGetValue(device, out var known))
        {
            return known;
        }

        if (devices.Count == MaxDevicesKept)
        {
            devices.Clear();
        }

        known = (Encoding.UTF8.GetBytes(CloudEvent.DeviceSource(identity.Gateway, device)), Encoding.UTF8.GetBytes(device));
        devices.Add(device, known);
        return known;
    }
}
