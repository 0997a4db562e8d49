namespace EdgeGateway.Cloud.Views;

/// <summary>A record that was read.</summary>
/// <param name="Value">What it says.</param>
/// <param name="Partition">Where it came from.</param>
/// <param name="RecordAt">Kafka's timestamp, Unix milliseconds: when the gateway sent it.</param>
public readonly record struct Received<T>(T Value, Partition Partition, long RecordAt);
