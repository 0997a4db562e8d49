namespace EdgeGateway.Buffer;

/// <summary>A transaction was not started because the files would have outgrown their limits.</summary>
internal sealed class NoSpaceException(string message) : IOException(message);
