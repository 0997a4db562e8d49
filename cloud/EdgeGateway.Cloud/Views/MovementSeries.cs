using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// How the facts behind a level are kept in its chunks: movements, and tags that came or went, which are movements of one.
/// The site and sku are the series.
/// </summary>
public static class MovementSeries
{
    public static string KeyOf(string site, string sku) => site + "/" + sku;

    public static void Write(BinaryWriter to, in StoredMovement movement)
    {
        to.Write((byte)movement.Kind);
        to.Write7BitEncodedInt64(movement.Quantity);
        to.Write(movement.Id);
        var has = (byte)((movement.Reference is null ? 0 : 1) | (movement.ToSite is null ? 0 : 2) | (movement.By is null ? 0 : 4)
            | (movement.Reason is null ? 0 : 8) | (movement.Channel is null ? 0 : 16) | (movement.ExpiresAt is null ? 0 : 32));
        to.Write(has);
        WriteIfSet(to, movement.Reference);
        WriteIfSet(to, movement.ToSite);
        WriteIfSet(to, movement.By);
        WriteIfSet(to, movement.Reason);
        WriteIfSet(to, movement.Channel);
        if (movement.ExpiresAt is { } expiresAt)
        {
            to.Write(expiresAt);
        }
    }

    public static IEnumerable<StoredMovement> Read(byte[] chunk)
    {
        using var reader = new BinaryReader(new MemoryStream(chunk));
        while (reader.BaseStream.Position < chunk.Length)
        {
            var at = reader.ReadInt64();
            var kind = (MovementKind)reader.ReadByte();
            var (quantity, id, has) = (reader.Read7BitEncodedInt64(), reader.ReadString(), reader.ReadByte());
            yield return new StoredMovement(
                at, kind, quantity, id,
                (has & 1) != 0 ? reader.ReadString() : null,
                (has & 2) != 0 ? reader.ReadString() : null,
                (has & 4) != 0 ? reader.ReadString() : null,
                (has & 8) != 0 ? reader.ReadString() : null,
                (has & 16) != 0 ? reader.ReadString() : null,
                (has & 32) != 0 ? reader.ReadInt64() : null);
        }
    }

    private static void WriteIfSet(BinaryWriter to, string? text)
    {
        if (text is not null)
        {
            to.Write(text);
        }
    }
}

/// <summary>A fact behind a level. Times are event times in Unix milliseconds.</summary>
public readonly record struct StoredMovement(
    long At, MovementKind Kind, long Quantity, string Id,
    string? Reference = null, string? ToSite = null, string? By = null, string? Reason = null, string? Channel = null, long? ExpiresAt = null)
{
    /// <summary>What it does to the units on hand; null for a count, which sets them.</summary>
    public long? Change => Kind switch
    {
        MovementKind.Received or MovementKind.Returned => Quantity,
        MovementKind.Shipped or MovementKind.Damaged or MovementKind.Transferred => -Quantity,
        MovementKind.Counted => null,
        _ => 0,
    };

    /// <summary>Units on hand after all facts up to a time: the newest count and what followed it.</summary>
    public static long OnHandAt(IEnumerable<StoredMovement> facts, long at)
    {
        var until = facts.Where(fact => fact.At <= at).ToList();
        var count = Counts(until).LastOrDefault(new StoredMovement(long.MinValue, MovementKind.Counted, 0, ""));
        return count.Quantity + Moved(until, count.At, at);
    }

    /// <summary>For every count what it found and what it should have found.</summary>
    public static IEnumerable<VarianceRow> Variances(LevelKey key, IReadOnlyList<StoredMovement> facts)
    {
        var before = new StoredMovement(long.MinValue, MovementKind.Counted, 0, "");
        foreach (var count in Counts(facts))
        {
            var expected = before.Quantity + Moved(facts, before.At, count.At);
            yield return new VarianceRow(key.Site, key.Sku, count.Id, count.At, count.Quantity, expected, count.By, count.Reason);
            before = count;
        }
    }

    // Of two counts in the same millisecond the ids decide, in whatever order they came.
    private static IEnumerable<StoredMovement> Counts(IEnumerable<StoredMovement> facts) =>
        facts.Where(fact => fact.Change is null).OrderBy(fact => fact.At).ThenBy(fact => fact.Id, StringComparer.Ordinal);

    private static long Moved(IEnumerable<StoredMovement> facts, long after, long until) =>
        facts.Where(fact => fact.At > after && fact.At <= until && fact.Change is not null).Sum(fact => fact.Change!.Value);
}
