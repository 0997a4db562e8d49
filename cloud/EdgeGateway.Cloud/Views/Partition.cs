namespace EdgeGateway.Cloud.Views;

/// <summary>A partition while this instance has it.</summary>
public sealed class Partition(string topic, int number, long? nextOffset)
{
    public string Topic => topic;

    public int Number => number;

    /// <summary>Where the database stands; null when it has nothing of this partition. Differs from the database's own once another instance took over.</summary>
    public long? Committed { get; set; } = nextOffset;
}
