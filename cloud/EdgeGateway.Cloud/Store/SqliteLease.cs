namespace EdgeGateway.Cloud.Store;

/// <summary>A lock on a file beside the database; the kernel gives it back when the process ends, however it ends.</summary>
internal sealed class SqliteLease(FileStream file) : ILease
{
    public bool IsHeld() => true;

    public void Dispose() => file.Dispose();
}
