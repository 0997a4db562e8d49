namespace EdgeGateway.BufferChild;

/// <summary>A stretch of a buffer's life: what there is before, what happens while changes of its files fail, and what is wrong afterwards.</summary>
internal sealed record Life(Func<string, Task> Prepare, Func<string, Task> Live, Func<string, Task<string?>> Problem);
