namespace EdgeGateway.Simulator.Check;

/// <summary>A record as a topic holds it.</summary>
public sealed record TopicRecord(string Topic, int Partition, long Offset, string? Key, string? CloudEventId, byte[]? Value);
