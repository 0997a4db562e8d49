using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Consume;

/// <summary>
/// Reads a record straight from the client's memory into a batch, without a copy of its bytes. What cannot be read goes there
/// as a dead letter, never as an exception: bad input must not stop the flow.
/// </summary>
public static class RecordParser
{
    private const int MaxKeptBytes = 1024 * 1024;

    /// <summary>Adds a record to the batch; returns why it cannot be read, null when it can.</summary>
    public static string? Read(in KafkaRecord record, Partition partition, Batch batch)
    {
        var error = Parse(record, out var value, out var movement);
        if (error is not null)
        {
            batch.Add(
                new UnreadableRecord(
                    record.HasKey ? record.Key.ToArray() : null, record.HasValue ? record.Value[..Math.Min(record.Value.Length, MaxKeptBytes)].ToArray() : null, error),
                partition, record.Offset, record.At);
        }
        else if (value is null)
        {
            batch.Add(movement, partition, record.Offset, record.At);
        }
        else
        {
            batch.Add(value, partition, record.Offset, record.At);
        }

        return error;
    }

    /// <summary>Why a record cannot be read; null when it can.</summary>
    public static string? Check(in KafkaRecord record) => Parse(record, out _, out _);

    // A movement comes as one, everything else as a value.
    private static string? Parse(in KafkaRecord record, out object? value, out MovementRecord movement)
    {
        value = null;
        movement = default;
        try
        {
            if (!record.HasValue)
            {
                return "the value is empty";
            }

            switch (record.Topic)
            {
                case Topics.Movements:
                    movement = MovementRecord.Parse(record.Value);
                    break;
                case Topics.Status:
                    value = GatewayStatus.Parse(record.Value);
                    break;
                default:
                    value = EventRecord.Parse(record.Topic, record.Value);
                    break;
            }

            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return e.Message;
        }
    }
}
