using System.Text;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// How the facts behind a level are kept in its chunks: movements, and tags that came or went, which are movements of one.
/// The site and sku are the series.
/// </summary>
public static class MovementSeries
{
    internal const byte HasReference = 1;
    private const byte HasToSite = 2;
    private const byte HasBy = 4;
    private const byte HasReason = 8;
    private const byte HasChannel = 16;
    private const byte HasExpiresAt = 32;

    public static string KeyOf(string site, string sku) => site + "/" + sku;

    /// <summary>Writes what a record says.</summary>
    public static void Write(ChunkBuffer to, in MovementRecord movement)
    {
        to.WriteByte((byte)movement.Kind);
        to.WriteNumber(movement.Quantity);
        to.WriteText(movement.Id);
        to.WriteByte((byte)((movement.Reference.IsEmpty ? 0 : HasReference) | (movement.ToSite.IsEmpty ? 0 : HasToSite) | (movement.By.IsEmpty ? 0 : HasBy)
            | (movement.Reason.IsEmpty ? 0 : HasReason) | (movement.Channel.IsEmpty ? 0 : HasChannel) | (movement.ExpiresAt is null ? 0 : HasExpiresAt)));
        WriteIfSet(to, movement.Reference);
        WriteIfSet(to, movement.ToSite);
        WriteIfSet(to, movement.By);
        WriteIfSet(to, movement.Reason);
        WriteIfSet(to, movement.Channel);
        if (movement.ExpiresAt is { } expiresAt)
        {
            to.Write(expiresAt.ToUnixTimeMilliseconds());
        }
    }

    /// <summary>Writes a fact that comes of a tag; its time is written already.</summary>
    public static void Write(ChunkBuffer to, in StoredMovement fact)
    {
        to.WriteByte((byte)fact.Kind);
        to.WriteNumber(fact.Quantity);
        to.WriteText(fact.Id);
        to.WriteByte((byte)((fact.Reference is null ? 0 : HasReference) | (fact.By is null ? 0 : HasBy) | (fact.Reason is null ? 0 : HasReason)));
        foreach (var text in (ReadOnlySpan<string?>)[fact.Reference, fact.By, fact.Reason])
        {
            if (text is not null)
            {
                to.WriteText(text);
            }
        }
    }

    /// <summary>The facts of a chunk: one behind the other as they were written, or a <see cref="MovementRun"/>.</summary>
    public static IEnumerable<StoredMovement> Read(byte[] chunk)
    {
        using var reader = new BinaryReader(new MemoryStream(chunk));
        var isRun = chunk.Length >= sizeof(long) && reader.ReadInt64() == MovementRun.Header;
        reader.BaseStream.Position = isRun ? sizeof(long) : 0;
        var at = 0L;
        byte[] id = [], reference = [];
        while (reader.BaseStream.Position < chunk.Length)
        {
            at = isRun ? at + MovementRun.Difference(reader.Read7BitEncodedInt64()) : reader.ReadInt64();
            var (kind, quantity) = ((MovementKind)reader.ReadByte(), reader.Read7BitEncodedInt64());
            id = ReadText(reader, isRun, id);
            var has = reader.ReadByte();
            reference = (has & HasReference) != 0 ? ReadText(reader, isRun, reference) : reference;
            yield return new StoredMovement(
                at, kind, quantity, Encoding.UTF8.GetString(id),
                (has & HasReference) != 0 ? Encoding.UTF8.GetString(reference) : null,
                (has & HasToSite) != 0 ? reader.ReadString() : null,
                (has & HasBy) != 0 ? reader.ReadString() : null,
                (has & HasReason) != 0 ? reader.ReadString() : null,
                (has & HasChannel) != 0 ? reader.ReadString() : null,
                (has & HasExpiresAt) != 0 ? reader.ReadInt64() : null);
        }
    }

    // In a run preceded by how much of the one before it begins with.
    private static byte[] ReadText(BinaryReader reader, bool isRun, byte[] before)
    {
        var same = isRun ? reader.Read7BitEncodedInt() : 0;
        return [.. before.AsSpan(0, same), .. reader.ReadBytes(reader.Read7BitEncodedInt())];
    }

    private static void WriteIfSet(ChunkBuffer to, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            to.WriteText(text);
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
