using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>Events that Kafka refuses for good: kept beside the queue, and named in the ledger in the same transaction.</summary>
internal sealed partial class BufferFile
{
    private long? rejectedBytes;

    /// <summary>
    /// Copies an event out of the queue, with the reason. The queue keeps it until it is acknowledged like any other, so that
    /// a crash in between does no harm: what was set aside already is left as it is.
    /// </summary>
    /// <param name="position">Its position.</param>
    /// <param name="reason">Why Kafka does not take it.</param>
    /// <param name="keepBytes">Bodies kept in all; beyond that the oldest go.</param>
    /// <param name="now">Dates the ledger entry.</param>
    /// <returns>The event; null when it is not in the queue or was set aside before.</returns>
    /// <exception cref="DatabaseException">Nothing of it has been committed.</exception>
    public RejectedEvent? SetAside(long position, string reason, long keepBytes, Moment now)
    {
        if (Find(position) is not var (row, body))
        {
            return null;
        }

        var epoch = epochs.Find(row.Epoch) ?? throw new InvalidDataException($"{database.Path} has no epoch {row.Epoch}");
        var store = stores.Of(position);
        var rejected = new RejectedEvent(
            position, store.Store, store.SeqOf(position), row.Family, devices.First(device => device.Value == row.Device).Key,
            DateTimeOffset.FromUnixTimeMilliseconds(row.At + epoch.OffsetMs), epoch.Clock, reason, body);
        var isNew = false;
        Transact(() =>
        {
            database.Execute(Schema.RejectedTable);
            isNew = rejected.AddTo(database);
            if (!isNew)
            {
                return new QueueMark(First, Last, Rows);
            }

            KeepAtMost(keepBytes, body.Length);
            if (row.Family == EventFamily.Ledger)
            {
                // An entry about an entry would be refused as well, and so on.
                return new QueueMark(First, Last, Rows);
            }

            Insert(Ledger(rejected, store, now), Last + 1);
            return new QueueMark(First, Last + 1, Rows + 1);
        });
        return isNew ? rejected : null;
    }

    /// <summary>What was set aside, oldest first.</summary>
    public IEnumerable<RejectedEvent> Rejected()
    {
        if (database.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'rejected'") == 0)
        {
            yield break;
        }

        using var select = database.Prepare(RejectedEvent.Select);
        while (select.Step())
        {
            yield return RejectedEvent.Read(select);
        }
    }

    private (ChunkRow Row, ReadOnlyMemory<byte> Body)? Find(long position)
    {
        using var select = database.Prepare("SELECT first, last, crc, data FROM chunk WHERE first <= ? ORDER BY first DESC LIMIT 1");
        if (!select.Bind(1, position).Step())
        {
            return null;
        }

        var chunk = ChunkDecoder.Checked(select.Int64(0), select.Int64(1), select.Int64(2), select.Blob(3));
        while (chunk.Next())
        {
            if (chunk.Row.Position == position)
            {
                return (chunk.Row, chunk.Body);
            }
        }

        return null;
    }

    private void KeepAtMost(long keepBytes, int addedBytes)
    {
        var bytes = rejectedBytes is { } known ? known + addedBytes : database.Scalar("SELECT sum(length(body)) FROM rejected") ?? 0;
        using var remove = database.Prepare(
            "DELETE FROM rejected WHERE position = (SELECT min(position) FROM rejected) RETURNING length(body)");
        while (bytes > keepBytes && remove.Step())
        {
            bytes -= remove.Int64(0);
            remove.Reset();
        }

        rejectedBytes = bytes;
    }

    private EventBatch Ledger(RejectedEvent rejected, StoreRange store, Moment now)
    {
        var batch = new EventBatch();
        var entry = new LedgerEvent
        {
            Device = rejected.Device,
            ObservedAt = now.Wall,
            Clock = now.Clock,
            Kind = "shed",
            FromSeq = rejected.Seq,
            ToSeq = rejected.Seq,
            LostFamily = rejected.Family.ToString().ToLowerInvariant(),
            Count = 1,
            Reason = $"refused by Kafka: {rejected.Reason}; kept in the gateway's buffer, 'edge-gateway buffer export' shows it",
            LostStore = store == stores[^1] ? null : store.Store,
        };
        batch.Add(entry, Importance.Evidence, now.OffsetMs);
        return batch;
    }
}
