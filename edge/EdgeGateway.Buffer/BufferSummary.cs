namespace EdgeGateway.Buffer;

/// <summary>What <c>buffer stats</c> says of a stopped agent's file.</summary>
/// <param name="Gateway">Gateway the file belongs to.</param>
/// <param name="Store">Store that the next event is numbered in.</param>
/// <param name="LastSeq">Number of the newest event of that store; 0 before the first.</param>
/// <param name="Buffered">Events not acknowledged by Kafka.</param>
/// <param name="OldestBufferedAt">When the oldest of them was observed; null when there is none.</param>
/// <param name="Bytes">Bytes of database, write-ahead log and shared memory.</param>
public sealed record BufferSummary(
    string Gateway, string Store, long LastSeq, long Buffered, DateTimeOffset? OldestBufferedAt, long Bytes);
