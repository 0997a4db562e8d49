using Confluent.Kafka;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Consume;

/// <summary>
/// Reads a record straight from the client's memory, without a copy of its bytes. What cannot be read becomes an
/// <see cref="UnreadableRecord"/>, never an exception: bad input must not stop the flow.
/// </summary>
public sealed class RecordParser : IDeserializer<object>
{
    private const int MaxKeptBytes = 1024 * 1024;

    private readonly KeyKeeper key = new();

    /// <summary>To be given to the same consumer; it remembers the key of the record that is being read.</summary>
    public IDeserializer<byte[]?> Key => key;

    public object Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        try
        {
            return isNull ? Unreadable(data, isNull, "the value is empty") : context.Topic switch
            {
                Topics.Movements => InventoryMovement.Parse(data),
                Topics.Status => GatewayStatus.Parse(data),
                _ => EventRecord.Parse(context.Topic, data),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Unreadable(data, isNull, e.Message);
        }
    }

    private UnreadableRecord Unreadable(ReadOnlySpan<byte> data, bool isNull, string error) =>
        new(key.Current(), isNull ? null : data[..Math.Min(data.Length, MaxKeptBytes)].ToArray(), error);

    private sealed class KeyKeeper : IDeserializer<byte[]?>
    {
        private byte[] bytes = new byte[256];
        private int length = -1;

        public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
        {
            length = isNull ? -1 : data.Length;
            if (data.Length > bytes.Length)
            {
                bytes = new byte[data.Length];
            }

            data.CopyTo(bytes);
            return null;
        }

        public byte[]? Current() => length < 0 ? null : bytes[..length];
    }
}

/// <summary>A record that cannot be read, with its bytes and why.</summary>
public sealed record UnreadableRecord(byte[]? Key, byte[]? Value, string Error);
