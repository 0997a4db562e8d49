namespace EdgeGateway.Cloud.Store;

/// <summary>The right to act alone, until it is disposed of or lost.</summary>
public interface ILease : IDisposable
{
    /// <summary>False once another instance may hold it.</summary>
    bool IsHeld();
}
