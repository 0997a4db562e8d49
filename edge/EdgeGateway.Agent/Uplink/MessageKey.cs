using Confluent.Kafka;

namespace EdgeGateway.Agent.Uplink;

/// <summary>The key of a record together with its ticket of the <see cref="InFlightWindow"/>: the client hands it back with the delivery report.</summary>
internal readonly record struct MessageKey(long Ticket, byte[] Bytes);

/// <summary>Sends the key's bytes alone.</summary>
internal sealed class MessageKeySerializer : ISerializer<MessageKey>
{
    public static readonly MessageKeySerializer Instance = new();

    public byte[] Serialize(MessageKey data, SerializationContext context) => data.Bytes;
}
