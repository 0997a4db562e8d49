namespace EdgeGateway.Buffer;

/// <summary>The committed queue: positions of its oldest and newest event, and how many there are. Empty when First is past Last.</summary>
internal sealed record QueueMark(long First, long Last, long Rows);
