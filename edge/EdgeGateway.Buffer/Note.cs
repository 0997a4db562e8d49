namespace EdgeGateway.Buffer;

/// <summary>
/// What the source of events must know of them after a restart, committed with them: after a crash both are there or neither is.
/// The buffer keeps the newest of each key until it is taken back; keeping them few is up to the source.
/// </summary>
/// <param name="Key">At most 256 characters.</param>
/// <param name="Value">At most 256 characters; null takes the note back.</param>
public readonly record struct Note(string Key, string? Value);
