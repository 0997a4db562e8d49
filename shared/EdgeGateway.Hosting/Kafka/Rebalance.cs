using Confluent.Kafka;

namespace EdgeGateway.Hosting;

/// <summary>The group gave this instance partitions, or takes back all it has.</summary>
/// <param name="IsAssignment">False when they are taken back.</param>
/// <param name="Partitions">Those it is about.</param>
public sealed record Rebalance(bool IsAssignment, IReadOnlyList<TopicPartition> Partitions);
