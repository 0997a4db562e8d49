using System.Buffers;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Judges probes again that a reading came for after newer ones had been judged, as after a salvage or a replay of dead
/// letters: from the last checkpoint before it, through all kept readings in the order of their time. What the alerts are
/// then does not depend on the order in which readings came.
/// </summary>
public sealed class LateReadings(IReadOnlyDictionary<string, Profile> profiles)
{
    /// <summary>A reading that is older than this beside the newest of its probe is kept for the chart and not judged any more.</summary>
    public static readonly TimeSpan MaxLateness = TimeSpan.FromDays(7);

    private readonly Dictionary<(string Series, long Slot), CheckpointRow> checkpoints = [];

    /// <summary>Notes what the rules remember before the first reading of another day.</summary>
    public void Keep(string series, long at, string? profile, ExcursionState state)
    {
        var bytes = new ArrayBufferWriter<byte>(128);
        state.Write(bytes);
        var row = new CheckpointRow(series, DayOf(at) * CheckpointRow.DayMilliseconds, profile, bytes.WrittenSpan.ToArray());
        checkpoints[(series, row.Slot)] = row;
    }

    public static long DayOf(long at) => at / CheckpointRow.DayMilliseconds;

    /// <summary>Judges a device from its earliest late reading on and gives it the state that follows.</summary>
    /// <returns>What the rules find from the checkpoint on: which alerts were open there, and what changed after.</returns>
    public Judgement Judge(IStoreTransaction transaction, DeviceRow device)
    {
        var start = Start(transaction, device);
        var state = start is null ? new ExcursionState() : ExcursionState.Read(start.State);
        var from = start?.At ?? long.MinValue;
        var (wasOpen, changes) = (new List<AlertChange>(), new List<AlertChange>());
        state.CopyOpenTo(wasOpen);
        var (name, day) = (start?.Profile, state.LastAt is { } last ? DayOf(last.ToUnixTimeMilliseconds()) : long.MaxValue);
        Profile? profile = null;
        foreach (var reading in Readings(transaction, device, from))
        {
            if (DayOf(reading.At) > day)
            {
                Keep(device.Series, reading.At, name, state);
            }

            name = reading.Profile ?? name;
            if (name is not null && profiles.TryGetValue(name, out profile))
            {
                ExcursionEngine.Apply(profile, state, SampleOf(reading), changes);
                day = DayOf(reading.At);
            }
        }

        if (device.State.IsSilent && profile is { SilentAfter: { } silentAfter })
        {
            ExcursionEngine.AdvanceTo(profile, state, state.LastAt!.Value + silentAfter + TimeSpan.FromMilliseconds(1), changes);
        }

        device.State = state;
        return new Judgement(from, wasOpen, changes);
    }

    public void Save(IStoreTransaction transaction)
    {
        transaction.Save(CheckpointRow.Table, checkpoints.Values);
        checkpoints.Clear();
    }

    public void Clear() => checkpoints.Clear();

    // Those of this batch replace the stored ones.
    private CheckpointRow? Start(IStoreTransaction transaction, DeviceRow device)
    {
        CheckpointRow? start = null;
        transaction.Load(CheckpointRow.OfSeries, [device.Series], row => Consider(checkpoints.GetValueOrDefault((row.Series, row.Slot)) ?? row));
        for (var slot = 0; slot < CheckpointRow.Slots; slot++)
        {
            if (checkpoints.TryGetValue((device.Series, slot), out var row))
            {
                Consider(row);
            }
        }

        return start;

        void Consider(CheckpointRow row) => start = row.At <= device.LateFrom && row.At > (start?.At ?? long.MinValue) ? row : start;
    }

    // In the order of their time; of two in the same millisecond the one that came first is first, and the other is not judged.
    private static IEnumerable<StoredReading> Readings(IStoreTransaction transaction, DeviceRow device, long from)
    {
        var chunks = transaction.Command("SELECT chunk FROM readings WHERE series = @series AND to_at >= @from ORDER BY id")
            .With("series", device.Series).With("from", from).Rows(row => row.GetFieldValue<byte[]>(0));
        chunks.Add(device.Readings!.Bytes.ToArray());
        return chunks.SelectMany(ReadingSeries.Read).Where(reading => reading.At >= from).OrderBy(reading => reading.At);
    }

    private static ProbeSample SampleOf(in StoredReading reading) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(reading.At), reading.Celsius, reading.Fault,
        reading.DoorOpenSince is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null);
}

/// <summary>What the rules find of a probe from a time on (Unix milliseconds).</summary>
public sealed record Judgement(long From, IReadOnlyList<AlertChange> WasOpen, IReadOnlyList<AlertChange> Changes);
