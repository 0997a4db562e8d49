using System.Runtime.InteropServices;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>Records that are folded and committed together, in the order of their partitions.</summary>
public sealed class Batch
{
    public List<Received<TemperatureEvent>> Temperatures { get; } = [];

    public List<Received<TagEvent>> Tags { get; } = [];

    public List<Received<PositionEvent>> Positions { get; } = [];

    public List<Received<InputEvent>> Inputs { get; } = [];

    public List<Received<LedgerEvent>> Ledger { get; } = [];

    public List<Received<GatewayStatus>> Statuses { get; } = [];

    public MovementBatch Movements { get; } = new();

    public List<DeadLetter> DeadLetters { get; } = [];

    /// <summary>How far each partition is with this batch.</summary>
    public Dictionary<Partition, Progress> Progress { get; } = [];

    /// <summary>Records, whatever became of them.</summary>
    public int Count { get; private set; }

    /// <summary>Processing time at which the batch was closed, Unix milliseconds.</summary>
    public long At { get; set; }

    /// <summary>Kafka's timestamp of the oldest record, Unix milliseconds; null when there is none.</summary>
    public long? OldestRecordAt { get; private set; }

    /// <summary>Takes a record in.</summary>
    /// <param name="value">An event, heartbeat or <see cref="UnreadableRecord"/>.</param>
    /// <param name="partition">Where it came from.</param>
    /// <param name="offset">Its place there.</param>
    /// <param name="recordAt">Kafka's timestamp, Unix milliseconds.</param>
    public void Add(object value, Partition partition, long offset, long recordAt)
    {
        Advance(partition, offset, recordAt);
        switch (value)
        {
            case TemperatureEvent temperature: Temperatures.Add(new(temperature, partition, recordAt)); break;
            case TagEvent tag: Tags.Add(new(tag, partition, recordAt)); break;
            case PositionEvent position: Positions.Add(new(position, partition, recordAt)); break;
            case InputEvent input: Inputs.Add(new(input, partition, recordAt)); break;
            case LedgerEvent ledger: Ledger.Add(new(ledger, partition, recordAt)); break;
            case GatewayStatus status: Statuses.Add(new(status, partition, recordAt)); break;
            case UnreadableRecord bad: DeadLetters.Add(new DeadLetter(partition.Topic, partition.Number, offset, bad.Key, bad.Value, bad.Error)); break;
            default: throw new ArgumentException($"{value.GetType().Name} is no record", nameof(value));
        }
    }

    /// <summary>Takes a movement in; parameters as with other records.</summary>
    public void Add(in MovementRecord movement, Partition partition, long offset, long recordAt)
    {
        Advance(partition, offset, recordAt);
        Movements.Add(movement, partition, recordAt);
    }

    public void Clear()
    {
        OldestRecordAt = null;
        Temperatures.Clear();
        Tags.Clear();
        Positions.Clear();
        Inputs.Clear();
        Ledger.Clear();
        Statuses.Clear();
        Movements.Clear();
        DeadLetters.Clear();
        Progress.Clear();
        Count = 0;
    }

    private void Advance(Partition partition, long offset, long recordAt)
    {
        Count++;
        OldestRecordAt = Math.Min(OldestRecordAt ?? long.MaxValue, recordAt);
        ref var progress = ref CollectionsMarshal.GetValueRefOrAddDefault(Progress, partition, out _);
        progress.NextOffset = offset + 1;
        progress.RecordAt = Math.Max(progress.RecordAt, recordAt);
    }
}

/// <summary>How far a partition is. Times in Unix milliseconds, 0 for not yet.</summary>
public record struct Progress(long NextOffset, long HighOffset, long CaughtUpAt, long RecordAt);

/// <summary>A record that cannot be read, with its bytes as they came.</summary>
public sealed record DeadLetter(string Topic, int Partition, long Offset, byte[]? Key, byte[]? Value, string Error);

/// <summary>What a record that cannot be read leaves: its bytes and why.</summary>
public sealed record UnreadableRecord(byte[]? Key, byte[]? Value, string Error);
