namespace EdgeGateway.Cloud.Views;

/// <summary>
/// What is promised of one article, by reference (order or cart). What is given up before it was promised, because the facts
/// came out of order, is kept as a debt that the promise then meets. Times in Unix milliseconds of event time.
/// </summary>
public sealed class Reservations
{
    /// <summary>How long a debt waits for its promise, as long as a movement's id is remembered.</summary>
    public static readonly TimeSpan DebtLife = TimeSpan.FromDays(7);

    private readonly List<Entry> entries = [];

    /// <summary>Units promised now.</summary>
    public long Total { get; private set; }

    /// <summary>Neither promises nor debts.</summary>
    public bool IsEmpty => entries.Count == 0;

    /// <summary>When the next entry lapses; null when none does.</summary>
    public long? NextExpiry => entries.Count == 0 || entries.TrueForAll(entry => entry.ExpiresAt == long.MaxValue) ? null : entries.Min(entry => entry.ExpiresAt);

    public void Reserve(string reference, long quantity, long? expiresAt)
    {
        var left = Settle(reference, quantity, debt: true);
        if (left > 0)
        {
            Add(new Entry(reference, left, expiresAt ?? long.MaxValue));
        }
    }

    /// <summary>Gives up what was promised; what was not promised yet becomes a debt.</summary>
    public void Release(string reference, long quantity, long occurredAt)
    {
        var left = Settle(reference, quantity, debt: false);
        if (left > 0)
        {
            Add(new Entry(reference, -left, occurredAt + (long)DebtLife.TotalMilliseconds));
        }
    }

    /// <summary>What is shipped is no longer promised; goods that nobody had reserved leave nothing behind.</summary>
    public void Fulfil(string reference, long quantity) => Settle(reference, quantity, debt: false);

    /// <summary>Drops what has lapsed by this time; true when there was something.</summary>
    public bool Expire(long eventTime)
    {
        var before = entries.Count;
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            if (entries[i].ExpiresAt <= eventTime)
            {
                Total -= Math.Max(0, entries[i].Quantity);
                entries.RemoveAt(i);
            }
        }

        return entries.Count != before;
    }

    public byte[] ToBytes()
    {
        if (entries.Count == 0)
        {
            return [];
        }

        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var entry in entries)
        {
            writer.Write(entry.Reference);
            writer.Write(entry.Quantity);
            writer.Write(entry.ExpiresAt);
        }

        return bytes.ToArray();
    }

    public static Reservations FromBytes(byte[] bytes)
    {
        var reservations = new Reservations();
        using var reader = new BinaryReader(new MemoryStream(bytes));
        while (reader.BaseStream.Position < bytes.Length)
        {
            reservations.Add(new Entry(reader.ReadString(), reader.ReadInt64(), reader.ReadInt64()));
        }

        return reservations;
    }

    private void Add(Entry entry)
    {
        entries.Add(entry);
        Total += Math.Max(0, entry.Quantity);
    }

    // Takes from the entries of the other sign, those that lapse first coming first; returns what is left over.
    private long Settle(string reference, long quantity, bool debt)
    {
        while (quantity > 0)
        {
            var next = -1;
            for (var i = 0; i < entries.Count; i++)
            {
                if (entries[i].Reference == reference && entries[i].Quantity < 0 == debt && (next < 0 || entries[i].ExpiresAt < entries[next].ExpiresAt))
                {
                    next = i;
                }
            }

            if (next < 0)
            {
                return quantity;
            }

            var entry = entries[next];
            var taken = Math.Min(quantity, Math.Abs(entry.Quantity));
            quantity -= taken;
            Total -= debt ? 0 : taken;
            var rest = entry.Quantity + (debt ? taken : -taken);
            if (rest == 0)
            {
                entries.RemoveAt(next);
            }
            else
            {
                entries[next] = entry with { Quantity = rest };
            }
        }

        return 0;
    }

    private readonly record struct Entry(string Reference, long Quantity, long ExpiresAt);
}
