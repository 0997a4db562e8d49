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
        var (countedAt, counted, moved) = (long.MinValue, 0L, new List<StoredMovement>());
        foreach (var fact in facts)
        {
            if (fact.At <= at && fact.Change is null && fact.At >= countedAt)
            {
                (countedAt, counted) = (fact.At, fact.Quantity);
            }
            else if (fact.At <= at && fact.Change is not null)
            {
                moved.Add(fact);
            }
        }

        return counted + moved.Where(fact => fact.At > countedAt).Sum(fact => fact.Change!.Value);
    }
}
