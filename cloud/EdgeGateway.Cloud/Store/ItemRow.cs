using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Store;

/// <summary>Where a tagged item is, by the newest event about it.</summary>
public sealed class ItemRow(string epc) : StoredRow
{
    public static readonly Table<string, ItemRow> Table = new(
        "items", ["epc", "hex", "gtin", "sscc", "site", "zone", "passage", "change", "state", "gateway", "store", "seq", "observed_at"], 1,
        (key, to) => to.Text(key),
        (row, to) =>
        {
            to.Text(row.Epc);
            to.Text(row.Hex);
            to.Text(row.Gtin);
            to.Text(row.Sscc);
            to.Text(row.Site);
            to.Text(row.Zone);
            to.Text(row.Passage);
            to.Text(row.Change);
            to.Text(row.State);
            to.Text(row.Gateway);
            to.Text(row.Store);
            to.Integer(row.Seq);
            to.Integer(row.ObservedAt);
        },
        from => new ItemRow(from.Text())
        {
            Hex = from.Text(),
            Gtin = from.TextOrNull(),
            Sscc = from.TextOrNull(),
            Site = from.Text(),
            Zone = from.Text(),
            Passage = from.Text(),
            Change = from.Text(),
            State = from.Text(),
            Gateway = from.Text(),
            Store = from.Text(),
            Seq = from.Integer(),
            ObservedAt = from.Integer(),
        });

    /// <summary><see cref="State"/> of an item that its site has.</summary>
    public const string InStock = "in-stock";

    /// <summary><see cref="State"/> of an item that left through a shipping passage.</summary>
    public const string Shipped = "shipped";

    /// <summary><see cref="State"/> of an item that was seen but never received.</summary>
    public const string Seen = "seen";

    public string Epc => epc;

    /// <summary><see cref="State"/> and <see cref="Site"/>.</summary>
    public ItemPlace Place
    {
        get => new(State, Site);
        set => (State, Site) = (value.State, value.Site);
    }

    public string Hex { get; set; } = "";

    public string? Gtin { get; set; }

    public string? Sscc { get; set; }

    public string Site { get; set; } = "";

    public string Zone { get; set; } = "";

    public string Passage { get; set; } = "";

    public string Change { get; set; } = "";

    public string State { get; set; } = Seen;

    public string Gateway { get; set; } = "";

    public string Store { get; set; } = "";

    public long Seq { get; set; }

    /// <summary>Event time, Unix milliseconds.</summary>
    public long ObservedAt { get; set; } = long.MinValue;
}
