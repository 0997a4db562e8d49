using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>Where a tagged item is, as far as stock goes.</summary>
public readonly record struct ItemPlace(string State, string Site)
{
    /// <summary>Before the first sighting.</summary>
    public static readonly ItemPlace Unknown = new(ItemRow.Seen, "");

    /// <summary>Site whose stock it is in; null when in none.</summary>
    public string? StockSite => State == ItemRow.InStock ? Site : null;

    /// <summary>
    /// After a sighting. What arrives at a receiving passage or is seen on a shelf is in stock at that site; what arrives at a
    /// shipping passage leaves. That a reader no longer sees it says nothing about where it is.
    /// </summary>
    public ItemPlace After(string site, string passage, TagChange change)
    {
        if (change == TagChange.Departed)
        {
            return Site.Length == 0 ? this with { Site = site } : this;
        }

        var state = passage switch
        {
            "shipping" => ItemRow.Shipped,
            "receiving" or "shelf" => ItemRow.InStock,
            _ => State,
        };
        return new ItemPlace(state, site);
    }
}
