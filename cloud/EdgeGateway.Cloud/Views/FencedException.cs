namespace EdgeGateway.Cloud.Views;

/// <summary>Another instance has folded records of a partition that this one took for its own: nothing was written, and reading must go on from the database's offsets.</summary>
public sealed class FencedException(string message) : Exception(message);
