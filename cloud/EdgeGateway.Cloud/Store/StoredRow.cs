namespace EdgeGateway.Cloud.Store;

/// <summary>A row that is kept in memory between batches and written when it changed.</summary>
public abstract class StoredRow
{
    internal bool IsChanged { get; set; }

    /// <summary>The database has no such row yet.</summary>
    internal bool IsNew { get; set; }
}
