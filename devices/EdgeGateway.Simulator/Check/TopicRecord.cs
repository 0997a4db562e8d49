using System.Text;
using Confluent.Kafka;
using EdgeGateway.Contracts;

namespace EdgeGateway.Simulator.Check;

/// <summary>A record as a topic holds it.</summary>
public sealed record TopicRecord(string Topic, int Partition, long Offset, string? Key, string? CloudEventId, byte[]? Value)
{
    public static TopicRecord From(ConsumeResult<string?, byte[]?> result)
    {
        var id = result.Message.Headers.TryGetLastBytes(CloudEvent.IdHeader, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;
        return new TopicRecord(result.Topic, result.Partition, result.Offset, result.Message.Key, id, result.Message.Value);
    }
}
