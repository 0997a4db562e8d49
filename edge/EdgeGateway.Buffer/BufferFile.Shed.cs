using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>Giving up events, and writing down which, in the same transaction.</summary>
internal sealed partial class BufferFile
{
    /// <summary>
    /// Gives up what a level allows in the next stretch of the queue after a position. Returns the position the
    /// stretch reached, null when there is nothing more of that level.
    /// </summary>
    /// <exception cref="DatabaseException">Nothing of it has been committed.</exception>
    public long? Shed(Importance level, long afterPosition, int stretchBytes, Moment now)
    {
        var shedding = new Shedding(level);
        var chunks = new List<long>();
        var end = Collect(level, afterPosition, stretchBytes, shedding, chunks);
        if (end is null)
        {
            return null;
        }

        shedding.Thin();
        if (shedding.Losses.Count > 0)
        {
            Replace(chunks, shedding, level, now);
        }

        return end;
    }

    private long? Collect(Importance level, long after, int stretchBytes, Shedding shedding, List<long> chunks)
    {
        long? end = null;
        var bytes = 0;
        using var select = database.Prepare(
            "SELECT first, last, crc, data FROM chunk WHERE first > ? AND least <= ? ORDER BY first");
        select.Bind(1, after).Bind(2, (long)level);
        while (bytes < stretchBytes && select.Step())
        {
            var chunk = ChunkDecoder.Checked(select.Int64(0), select.Int64(1), select.Int64(2), select.Blob(3));
            while (chunk.Next())
            {
                shedding.Add(chunk.Row, chunk.Body, stores.Of(chunk.Row.Position));
                bytes += chunk.Body.Length;
            }

            chunks.Add(select.Int64(0));
            end = select.Int64(1);
        }

        return end;
    }

    private void Replace(List<long> chunks, Shedding shedding, Importance level, Moment now)
    {
        var ledger = Ledger(shedding, level, now);
        var dropped = shedding.Losses.Values.Sum(loss => loss.Count);
        Transact(() =>
        {
            using (var remove = database.Prepare("DELETE FROM chunk WHERE first = ?"))
            {
                foreach (var first in chunks)
                {
                    remove.Bind(1, first).Run();
                }
            }

            var events = shedding.Events.GetEnumerator();
            var more = events.MoveNext();
            for (var i = 0; i < chunks.Count; i++)
            {
                encoder.Clear();
                for (; more && (i == chunks.Count - 1 || events.Current.Row.Position < chunks[i + 1]); more = events.MoveNext())
                {
                    if (!events.Current.IsGivenUp)
                    {
                        encoder.Add(events.Current.Row, events.Current.Body.Span);
                    }
                }

                if (encoder.Count > 0)
                {
                    InsertChunk();
                }
            }

            Insert(ledger, Last + 1);
            var last = Last + ledger.Count;
            return SaveQueue(Acknowledged, last, Rows - dropped + ledger.Count);
        });
        GivenUp += dropped;
    }

    private EventBatch Ledger(Shedding shedding, Importance level, Moment now)
    {
        var batch = new EventBatch();
        var names = devices.ToDictionary(device => device.Value, device => device.Key);
        foreach (var ((device, family, store), loss) in shedding.Losses)
        {
            var entry = new LedgerEvent
            {
                Device = names[device],
                ObservedAt = now.Wall,
                Clock = now.Clock,
                Kind = level == Importance.TemperatureInRange ? "thinned" : "shed",
                FromSeq = store.SeqOf(loss.From),
                ToSeq = store.SeqOf(loss.To),
                LostFamily = family.ToString().ToLowerInvariant(),
                Count = loss.Count,
                Reason = level switch
                {
                    Importance.RepeatTag => "no space: repeat tag reads",
                    Importance.PositionInRange => "no space: positions within the planned way",
                    _ => "no space: readings within limits; lowest, highest and the one nearest the mean kept for every 5 minutes",
                },
                LostStore = store == stores[^1] ? null : store.Store,
            };
            batch.Add(entry, Importance.Evidence, now.OffsetMs);
        }

        return batch;
    }
}
