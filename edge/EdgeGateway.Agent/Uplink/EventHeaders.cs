using System.Text;
using Confluent.Kafka;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using Timestamp = EdgeGateway.Contracts.Timestamp;

namespace EdgeGateway.Agent.Uplink;

/// <summary>
/// CloudEvents headers of events. A set of headers is kept for each device, family and pair of lengths, and its arrays
/// are written over for the next such event: the client copies them before it returns. For one thread.
/// </summary>
internal sealed class EventHeaders(string gateway)
{
    private const int MaxKept = 4096;

    private static readonly byte[] SpecVersion = Encoding.ASCII.GetBytes(CloudEvent.SpecVersion);
    private static readonly byte[] Json = Encoding.ASCII.GetBytes(CloudEvent.Json);

    private readonly Dictionary<(string Device, EventFamily Family, int IdLength, int SubjectLength), Entry> entries = [];
    private readonly byte[] id = new byte[512];
    private string prefixStore = "";
    private int prefixLength;

    /// <summary>Headers for an event, valid until the next call.</summary>
    public Headers Of(in StoredEvent e)
    {
        if (!ReferenceEquals(prefixStore, e.Store))
        {
            prefixStore = e.Store;
            prefixLength = Encoding.UTF8.GetBytes($"{gateway}/{e.Store}/", id);
        }

        e.Seq.TryFormat(id.AsSpan(prefixLength), out var digits);
        var idBytes = id.AsSpan(0, prefixLength + digits);
        var subject = e.Family == EventFamily.Tags ? e.Key.Span : default;
        var key = (e.Device, e.Family, idBytes.Length, subject.Length);
        if (!entries.TryGetValue(key, out var entry))
        {
            if (entries.Count == MaxKept)
            {
                entries.Clear();
            }

            entry = new Entry(gateway, e, idBytes.Length, subject.Length);
            entries.Add(key, entry);
        }

        idBytes.CopyTo(entry.Id);
        subject.CopyTo(entry.Subject);
        Timestamp.Format(e.ObservedAt, entry.Time);
        return entry.Headers;
    }

    /// <summary>Headers of heartbeat N.</summary>
    public static Headers Of(GatewayStatus status) => new()
    {
        { CloudEvent.SpecVersionHeader, SpecVersion },
        { CloudEvent.IdHeader, Encoding.UTF8.GetBytes(CloudEvent.StatusId(status.Gateway, status.Store, status.StatusNumber)) },
        { CloudEvent.SourceHeader, Encoding.UTF8.GetBytes(CloudEvent.GatewaySource(status.Gateway)) },
        { CloudEvent.TypeHeader, Encoding.ASCII.GetBytes(CloudEvent.StatusType) },
        { CloudEvent.TimeHeader, Encoding.ASCII.GetBytes(Timestamp.Format(status.ObservedAt)) },
        { CloudEvent.SubjectHeader, Encoding.UTF8.GetBytes(status.Gateway) },
        { CloudEvent.ContentTypeHeader, Json },
    };

    private sealed class Entry
    {
        public Entry(string gateway, in StoredEvent e, int idLength, int subjectLength)
        {
            Id = new byte[idLength];
            Subject = new byte[subjectLength];
            Headers = new Headers
            {
                { CloudEvent.SpecVersionHeader, SpecVersion },
                { CloudEvent.IdHeader, Id },
                { CloudEvent.SourceHeader, Encoding.UTF8.GetBytes(CloudEvent.DeviceSource(gateway, e.Device)) },
                { CloudEvent.TypeHeader, Encoding.ASCII.GetBytes(Topics.CloudEventType(e.Family)) },
                { CloudEvent.TimeHeader, Time },
                { CloudEvent.SubjectHeader, subjectLength > 0 ? Subject : Encoding.UTF8.GetBytes(e.Device) },
                { CloudEvent.ContentTypeHeader, Json },
            };
        }

        public Headers Headers { get; }

        public byte[] Id { get; }

        public byte[] Time { get; } = new byte[Timestamp.Length];

        public byte[] Subject { get; }
    }
}
