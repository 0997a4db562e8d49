using Confluent.Kafka;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Consume;

/// <summary>
/// Reads a record straight from the client's memory, without a copy of its bytes. What cannot be read becomes an
/// <see cref="UnreadableRecord"/>, never an exception: bad input must not stop the flow.
/// </summary>
public sealed class RecordParser : IDeserializer<object>
{
    private const int LastYear = 2200;
    private const int MaxKeptBytes = 1024 * 1024;

    private readonly KeyKeeper key = new();

    /// <summary>To be given to the same consumer; it remembers the key of the record that is being read.</summary>
    public IDeserializer<byte[]?> Key => key;

    public object Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        try
        {
            if (isNull)
            {
                return Unreadable(data, isNull, "the value is empty");
            }

            switch (context.Topic)
            {
                case Topics.Movements:
                    var movement = InventoryMovement.Parse(data);
                    Check(movement.OccurredAt, "occurredAt");
                    return movement;
                case Topics.Status:
                    var status = GatewayStatus.Parse(data);
                    Check(status.ObservedAt, "observedAt");
                    return status;
                default:
                    var e = EventRecord.Parse(context.Topic, data);
                    Check(e.ObservedAt, "observedAt");
                    return e;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Unreadable(data, isNull, e.Message);
        }
    }

    // Adding a duration to it must stay a time.
    private static void Check(DateTimeOffset time, string field)
    {
        if (time.Year > LastYear)
        {
            throw new FormatException($"{field} lies after {LastYear}");
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
