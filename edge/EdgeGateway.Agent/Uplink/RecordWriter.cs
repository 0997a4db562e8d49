using System.Buffers;
using System.Text;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Uplink;

/// <summary>Writes buffered events as Kafka records into buffers that are used over and over. For one thread.</summary>
internal sealed class RecordWriter(UplinkIdentity identity)
{
    private const int MaxDevicesKept = 4096;

    // Places of the headers.
    private const int SpecVersion = 0;
    private const int Id = 1;
    private const int Source = 2;
    private const int Type = 3;
    private const int Time = 4;
    private const int Subject = 5;
    private const int ContentType = 6;

    private static readonly byte[][] Types = [.. Enum.GetValues<EventFamily>().Order().Select(family => Encoding.UTF8.GetBytes(Topics.CloudEventType(family)))];

    private readonly ArrayBufferWriter<byte> value = new(1024);
    private readonly RecordHeaders headers = NewHeaders();
    private readonly Dictionary<string, Device> devices = new(StringComparer.Ordinal);
    private readonly byte[] id = new byte[512];
    private readonly byte[] time = new byte[Timestamp.Length];
    private Device device = new([], []);
    private string store = "";
    private int idPrefixLength;

    /// <summary>The record's value, valid until the next one is written.</summary>
    public ReadOnlySpan<byte> Value(in StoredEvent e)
    {
        if (store != e.Store)
        {
            store = e.Store;
            idPrefixLength = Encoding.UTF8.GetBytes($"{identity.Gateway}/{e.Store}/", id);
            devices.Clear();
        }

        device = Known(e.Device);
        Timestamp.Format(e.ObservedAt, time);
        value.ResetWrittenCount();
        Template(e).Write(value, e.Seq, time, e.Body.Span);
        return value.WrittenSpan;
    }

    /// <summary>The headers of the record whose value was written last, valid until the next one is.</summary>
    public RecordHeaders Headers(in StoredEvent e)
    {
        e.Seq.TryFormat(id.AsSpan(idPrefixLength), out var digits);
        headers.Set(Id, id.AsSpan(0, idPrefixLength + digits));
        headers.Set(Source, device.Source);
        headers.Set(Type, Types[(int)e.Family - 1]);
        headers.Set(Time, time);
        headers.Set(Subject, e.Family == EventFamily.Tags ? e.Key.Span : device.Name);
        return headers;
    }

    /// <summary>The headers of a heartbeat.</summary>
    public static RecordHeaders Headers(GatewayStatus status)
    {
        var headers = NewHeaders();
        headers.Set(Id, Encoding.UTF8.GetBytes(CloudEvent.StatusId(status.Gateway, status.Store, status.StatusNumber)));
        headers.Set(Source, Encoding.UTF8.GetBytes(CloudEvent.GatewaySource(status.Gateway)));
        headers.Set(Type, Encoding.UTF8.GetBytes(CloudEvent.StatusType));
        headers.Set(Time, Encoding.UTF8.GetBytes(Timestamp.Format(status.ObservedAt)));
        headers.Set(Subject, Encoding.UTF8.GetBytes(status.Gateway));
        return headers;
    }

    private static RecordHeaders NewHeaders()
    {
        var headers = new RecordHeaders(
            CloudEvent.SpecVersionHeader, CloudEvent.IdHeader, CloudEvent.SourceHeader, CloudEvent.TypeHeader,
            CloudEvent.TimeHeader, CloudEvent.SubjectHeader, CloudEvent.ContentTypeHeader);
        headers.Set(SpecVersion, "1.0"u8);
        headers.Set(ContentType, "application/json"u8);
        return headers;
    }

    private RecordTemplate Template(in StoredEvent e) => device.Templates[(int)e.Clock] ??= new RecordTemplate(
        new EventHead(identity.Gateway, e.Store, e.Seq, identity.Site, identity.Asset, e.Device, e.ObservedAt, e.Clock));

    private Device Known(string name)
    {
        if (!devices.TryGetValue(name, out var known))
        {
            if (devices.Count == MaxDevicesKept)
            {
                devices.Clear();
            }

            known = new Device(Encoding.UTF8.GetBytes(CloudEvent.DeviceSource(identity.Gateway, name)), Encoding.UTF8.GetBytes(name));
            devices.Add(name, known);
        }

        return known;
    }

    private sealed record Device(byte[] Source, byte[] Name)
    {
        /// <summary>One for each quality of the clock.</summary>
        public RecordTemplate?[] Templates { get; } = new RecordTemplate?[Enum.GetValues<ClockQuality>().Length];
    }
}
