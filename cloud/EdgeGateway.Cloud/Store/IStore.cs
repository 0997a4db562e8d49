using System.Data.Common;

namespace EdgeGateway.Cloud.Store;

/// <summary>
/// Where the views, marks, offsets and outgoing messages are kept: SQLite or PostgreSQL. Every failure of the database is
/// a <see cref="DbException"/>; callers try again, nothing is lost by it.
/// </summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Creates or upgrades the schema; safe when several instances start at once.</summary>
    void Migrate();

    /// <summary>
    /// Starts a transaction of the views. Only one is open at a time over all instances, so that what was read in it
    /// stays true until it commits.
    /// </summary>
    IStoreTransaction Begin();

    /// <summary>As <see cref="Begin()"/>, and asks something in the same round trip.</summary>
    /// <param name="sql">One or more statements.</param>
    /// <param name="read">Reads what they answer.</param>
    IStoreTransaction Begin(string sql, Action<DbDataReader> read);

    /// <summary>Starts a short transaction on tables that no view folds into: notifications, sent messages, acknowledgements.</summary>
    IStoreTransaction BeginShort();

    /// <summary>
    /// Makes this instance the one that tells the world: publishes the outbox and sends notifications, so that their order
    /// holds. Null while another instance does.
    /// </summary>
    ILease? TryLease();

    /// <summary>An empty store beside this one, in which views can be built anew; what an earlier one left is dropped.</summary>
    /// <exception cref="IOException">Another one of this file is being filled.</exception>
    IStore MakeShadow();

    /// <summary>
    /// Takes the views of a shadow in place of its own, at once: readers see the old ones or the new, and nobody writes in
    /// between. Instances that run notice and go on from the new views' offsets.
    /// </summary>
    /// <param name="shadow">Made by <see cref="MakeShadow"/>.</param>
    /// <param name="before">Runs on the old views, once nobody changes them any more.</param>
    /// <param name="after">Runs on the new views, before anybody sees them.</param>
    void TakeOver(IStore shadow, Action<IStoreTransaction> before, Action<IStoreTransaction> after);

    /// <summary>An open connection for queries; the caller disposes of it.</summary>
    DbConnection OpenReader();
}
