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

    public List<Received<InventoryMovement>> Movements { get; } = [];

    public List<DeadLetter> DeadLetters { get; } = [];

    /// <summary>How far each partition is with this batch.</summary>
    public Dictionary<Partition, Progress> Progress { get; } = [];

    /// <summary>Records, whatever became of them.</summary>
    public int Count { get; set; }

    /// <summary>Processing time at which the batch was closed, Unix milliseconds.</summary>
    public long At { get; set; }

    /// <summary>Kafka's timestamp of the oldest record, Unix milliseconds; null when there is none.</summary>
    public long? OldestRecordAt { get; set; }

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
}

/// <summary>How far a partition is. Times in Unix milliseconds, 0 for not yet.</summary>
public record struct Progress(long NextOffset, long HighOffset, long CaughtUpAt, long RecordAt);

/// <summary>A record that cannot be read, with its bytes as they came.</summary>
public sealed record DeadLetter(string Topic, int Partition, long Offset, byte[]? Key, byte[]? Value, string Error);
