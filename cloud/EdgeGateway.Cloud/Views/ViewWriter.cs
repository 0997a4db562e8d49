using System.Data.Common;
using System.Text;
using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Folds a batch into the views in one transaction: offsets, duplicate marks, state, history and outgoing messages, all or
/// nothing. Rows stay in memory between batches for as long as nobody else has committed.
/// </summary>
public sealed class ViewWriter
{
    private static readonly TimeSpan MaxUnread = TimeSpan.FromSeconds(15);

    // Numbers that a gateway sends over different partitions arrive within this of each other.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);

    // Counts this commit, and asks where the database stands with it.
    private static readonly string Standing =
        $"UPDATE meta SET value = value + 1 WHERE name = 'commits'; SELECT name, value FROM meta; SELECT {string.Join(", ", ConsumedRow.Table.Columns)} FROM consumed";

    private readonly IStore store;
    private readonly TimeProvider time;
    private readonly Outbox.Outbox outbox;
    private readonly AlertBook alerts;
    private readonly DuplicateFilter duplicates;
    private readonly LevelView levels;
    private readonly ItemView items;
    private readonly TemperatureView temperatures;
    private readonly GatewayView gateways;
    private readonly SeriesWriter positions = new(ChunkRow.Positions);
    private (long Generation, long Commits)? known;
    private bool othersCommitted;

    /// <param name="store">Holds the views.</param>
    /// <param name="settings">Profiles, thresholds, notification targets.</param>
    /// <param name="time">Dates detections.</param>
    /// <param name="isQuiet">True while views are rebuilt: what happened is not told again.</param>
    public ViewWriter(IStore store, CloudSettings settings, TimeProvider time, bool isQuiet = false)
    {
        this.store = store;
        this.time = time;
        outbox = new Outbox.Outbox(isQuiet);
        alerts = new AlertBook(outbox, settings.Notify.Count);
        levels = new LevelView(new LowStockRule(settings.LowStock, alerts), outbox);
        items = new ItemView(levels);
        temperatures = new TemperatureView(settings.Profiles, alerts);
        gateways = new GatewayView(settings.GatewayLostAfter, alerts, temperatures);
        duplicates = new DuplicateFilter(gateways.HasSeen);
    }

    /// <summary>Events and movements that came again, since the start.</summary>
    public long Duplicates => duplicates.Dropped + levels.Duplicates;

    /// <summary>Readings that came too late to be judged, since the start.</summary>
    public long TooLate => temperatures.TooLate;

    /// <summary>Applies a batch whole.</summary>
    /// <param name="batch">Records in the order of their partitions.</param>
    /// <param name="looksAtClock">Also finds gateways that should have been heard of by now.</param>
    /// <returns>What changed, for those who watch.</returns>
    /// <exception cref="FencedException">Another instance has one of the partitions; nothing was applied.</exception>
    /// <exception cref="System.Data.Common.DbException">The database failed; nothing was applied, and the batch can be tried again.</exception>
    public Changes Apply(Batch batch, bool looksAtClock)
    {
        try
        {
            var consumed = new Dictionary<(string, int), ConsumedRow>();
            using var transaction = store.Begin(Standing, reader => Stand(reader, consumed));
            CheckOffsets(consumed, batch);
            Load(transaction, batch, looksAtClock);
            Fold(batch);
            temperatures.JudgeLate(transaction);
            var settledAt = SettledAt(consumed, batch);
            // While Kafka cannot be read, a heartbeat may well be waiting there.
            if (looksAtClock && batch.At - settledAt < MaxUnread.TotalMilliseconds)
            {
                gateways.FindLost(batch.At);
            }

            gateways.Advance(settledAt);
            // Only at a look at the clock, which finds out what a gateway will not send any more.
            levels.JudgeWaiting(gateways.Contiguous, looksAtClock ? Math.Min(settledAt, batch.At) - (long)MaxWait.TotalMilliseconds : 0);

            var changes = new Changes([], [.. levels.ChangedSeries], [.. gateways.ChangedGateways]);
            Save(transaction, batch, consumed);
            transaction.Commit();
            changes = changes with { Alerts = [.. alerts.ChangedIds], IsEverything = othersCommitted };
            othersCommitted = false;
            foreach (var (partition, progress) in batch.Progress)
            {
                partition.Committed = progress.NextOffset;
            }

            Trim();
            return changes;
        }
        catch
        {
            Forget();
            throw;
        }
    }

    /// <summary>After another assignment of partitions: what belongs to partitions is not this instance's any more.</summary>
    public void Forget()
    {
        known = null;
        levels.ForgetPartitions();
        ClearRows();
    }

    // Another instance's commit may have changed any row that is kept in memory here.
    private void Stand(DbDataReader reader, Dictionary<(string, int), ConsumedRow> consumed)
    {
        var meta = new Dictionary<string, long>(StringComparer.Ordinal);
        while (reader.Read())
        {
            meta.Add(reader.GetString(0), reader.GetInt64(1));
        }

        (long Generation, long Commits) now = (meta["generation"], meta["commits"]);
        if (known is { } before && before.Generation != now.Generation)
        {
            throw new FencedException("the views were rebuilt");
        }

        if (known is not { } mine || mine.Commits + 1 != now.Commits)
        {
            ClearRows();
            othersCommitted = true;
        }

        known = now;
        reader.NextResult();
        var row = new ReaderRow(reader);
        while (row.Next())
        {
            var partition = ConsumedRow.Table.Read(row);
            consumed.Add((partition.Topic, partition.Partition), partition);
        }
    }

    private static void CheckOffsets(Dictionary<(string, int), ConsumedRow> consumed, Batch batch)
    {
        foreach (var partition in batch.Progress.Keys)
        {
            var next = consumed.GetValueOrDefault((partition.Topic, partition.Number))?.NextOffset;
            if (next != partition.Committed)
            {
                throw new FencedException(
                    $"the database stands at offset {next?.ToString() ?? "none"} of {partition.Topic}/{partition.Number}, this instance at {partition.Committed?.ToString() ?? "none"}");
            }
        }
    }

    private void Load(IStoreTransaction transaction, Batch batch, bool looksAtClock)
    {
        duplicates.Want(batch.Temperatures);
        duplicates.Want(batch.Tags);
        duplicates.Want(batch.Positions);
        duplicates.Want(batch.Inputs);
        duplicates.Want(batch.Ledger);
        Want(batch.Temperatures);
        Want(batch.Tags);
        Want(batch.Positions);
        Want(batch.Inputs);
        Want(batch.Ledger);
        foreach (var status in batch.Statuses)
        {
            gateways.Want(status.Value.Gateway, status.Value.Store);
            temperatures.Want(status.Value.Gateway);
        }

        if (looksAtClock)
        {
            gateways.WantOverdue(transaction, batch.At);
            levels.WantWaiting(transaction);
        }

        duplicates.Load(transaction);
        gateways.Load(transaction);
        temperatures.Load(transaction);
        items.Load(transaction, batch, duplicates);
        levels.Load(transaction, batch);
    }

    private void Want<T>(List<Received<T>> events)
        where T : GatewayEvent
    {
        var (gateway, numbers) = ("", "");
        foreach (var received in events)
        {
            if (received.Value.Gateway != gateway || received.Value.Store != numbers)
            {
                (gateway, numbers) = (received.Value.Gateway, received.Value.Store);
                gateways.Want(gateway, numbers);
                temperatures.Want(gateway);
                levels.WantWaiting(gateway, numbers);
            }
        }
    }

    private void Fold(Batch batch)
    {
        foreach (var received in batch.Temperatures)
        {
            if (Take(received.Value, received.Partition))
            {
                temperatures.Apply(received);
            }
        }

        foreach (var received in batch.Tags)
        {
            if (Take(received.Value, received.Partition))
            {
                items.Apply(received);
            }
        }

        foreach (var received in batch.Positions)
        {
            if (Take(received.Value, received.Partition))
            {
                PositionSeries.Write(positions.Open(received.Value.Gateway).Start(received.Value.ObservedAt.ToUnixTimeMilliseconds()), received.Value);
            }
        }

        foreach (var received in batch.Inputs)
        {
            // Which door was open rides with each reading; here the event only counts as seen.
            Take(received.Value, received.Partition);
        }

        foreach (var received in batch.Ledger)
        {
            if (Take(received.Value, received.Partition))
            {
                gateways.Apply(received);
            }
        }

        foreach (var received in batch.Statuses)
        {
            gateways.Apply(received, batch.At);
        }

        levels.Apply(batch.Movements);
    }

    private bool Take(GatewayEvent e, Partition partition)
    {
        if (!duplicates.Take(e, partition))
        {
            return false;
        }

        gateways.See(e);
        return true;
    }

    private void Save(IStoreTransaction transaction, Batch batch, Dictionary<(string, int), ConsumedRow> consumed)
    {
        duplicates.Save(transaction);
        temperatures.Save(transaction);
        items.Save(transaction);
        levels.Save(transaction);
        gateways.Save(transaction);
        positions.Save(transaction);
        alerts.Save(transaction, time.GetUtcNow());
        foreach (var letter in batch.DeadLetters)
        {
            outbox.Add(
                Topics.DeadLetter, letter.Key, letter.Value,
                ("error", Encoding.UTF8.GetBytes(letter.Error)),
                ("topic", Encoding.UTF8.GetBytes(letter.Topic)),
                ("partition", Encoding.UTF8.GetBytes(letter.Partition.ToString())),
                ("offset", Encoding.UTF8.GetBytes(letter.Offset.ToString())));
        }

        outbox.Save(transaction);
        transaction.Save(ConsumedRow.Table, batch.Progress.Select(entry => Advance(entry.Key, entry.Value, consumed)).ToList());
    }

    private static ConsumedRow Advance(Partition partition, Progress progress, Dictionary<(string, int), ConsumedRow> consumed)
    {
        var old = consumed.GetValueOrDefault((partition.Topic, partition.Number));
        return new ConsumedRow(
            partition.Topic, partition.Number, progress.NextOffset, progress.HighOffset,
            Math.Max(progress.CaughtUpAt, old?.CaughtUpAt ?? 0), Math.Max(progress.RecordAt, old?.RecordAt ?? 0));
    }

    private static long SettledAt(Dictionary<(string, int), ConsumedRow> consumed, Batch batch)
    {
        var settled = long.MaxValue;
        var now = batch.Progress.ToDictionary(entry => (entry.Key.Topic, entry.Key.Number), entry => entry.Value.CaughtUpAt);
        foreach (var (partition, row) in consumed)
        {
            settled = Math.Min(settled, Math.Max(row.CaughtUpAt, now.GetValueOrDefault(partition)));
        }

        return consumed.Count == 0 ? 0 : settled;
    }

    private void Trim()
    {
        duplicates.Trim();
        levels.Trim();
        items.Trim();
        temperatures.Trim();
        gateways.Trim();
    }

    private void ClearRows()
    {
        duplicates.Clear();
        levels.Clear();
        items.Clear();
        temperatures.Clear();
        gateways.Clear();
        positions.Clear();
        alerts.Clear();
        outbox.Clear();
    }
}
