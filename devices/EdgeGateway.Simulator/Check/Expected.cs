using EdgeGateway.Simulator.Journal;
using EdgeGateway.Simulator.Scenario;

namespace EdgeGateway.Simulator.Check;

/// <summary>What must come out of a journal, counted as plainly as possible.</summary>
public static class Expected
{
    /// <summary>Units by site and SKU: each movement id once, each tag once in and once out.</summary>
    public static Dictionary<(string Site, string Sku), long> Stock(IReadOnlyList<JournalEntry> journal)
    {
        var stock = new Dictionary<(string, string), long>();
        foreach (var movement in journal.OfType<MovementEntry>().DistinctBy(m => (m.Site, m.Sku, m.Id)))
        {
            Add(stock, (movement.Site, movement.Sku), movement.Kind == "received" ? movement.Quantity : -movement.Quantity);
        }

        foreach (var tag in journal.OfType<TagEntry>().Where(t => t.Sku is not null).DistinctBy(t => (t.Hex, t.Passage)))
        {
            Add(stock, (tag.Site, tag.Sku!), tag.Passage == "receiving" ? 1 : -1);
        }

        return stock;
    }

    /// <summary>Stretches of samples above the limit that last long enough, each from its first warm sample to the first good one.</summary>
    public static IEnumerable<ExpectedAlert> Excursions(IReadOnlyList<JournalEntry> journal)
    {
        foreach (var device in journal.OfType<SampleEntry>().GroupBy(s => (s.Gateway, s.Device)))
        {
            var warm = new List<SampleEntry>();
            foreach (var sample in device.Append(null))
            {
                if (sample?.Celsius > DemoScenario.WarmAbove)
                {
                    warm.Add(sample);
                }
                else if (warm.Count > 0)
                {
                    if (warm[^1].At - warm[0].At >= DemoScenario.WarmFor)
                    {
                        yield return new ExpectedAlert("excursion", device.Key.Gateway, device.Key.Device, null, null, warm[0].At, sample?.At, warm.Max(s => s.Celsius));
                    }

                    warm.Clear();
                }
            }
        }
    }

    /// <summary>The article that is watched, each time it falls below its limit after it was above.</summary>
    public static IEnumerable<ExpectedAlert> LowStock(IReadOnlyList<JournalEntry> journal)
    {
        var sku = DemoScenario.Jacket.Gtin;
        foreach (var site in journal.OfType<MovementEntry>().Select(m => m.Site).Distinct(StringComparer.Ordinal))
        {
            var enough = false;
            for (var i = 1; i <= journal.Count; i++)
            {
                if (journal[i - 1] is not (MovementEntry or TagEntry))
                {
                    continue;
                }

                var before = enough;
                enough = Stock([.. journal.Take(i)]).GetValueOrDefault((site, sku)) >= DemoScenario.LowStockBelow;
                if (before && !enough)
                {
                    yield return new ExpectedAlert("low-stock", null, null, site, sku, null, null, null);
                }
            }
        }
    }

    private static void Add(Dictionary<(string, string), long> stock, (string, string) key, long units) =>
        stock[key] = stock.GetValueOrDefault(key) + units;
}

/// <summary>An alert that must be there exactly once; null means any value.</summary>
public sealed record ExpectedAlert(
    string Kind, string? Gateway, string? Device, string? Site, string? Sku, DateTimeOffset? OpenedAt, DateTimeOffset? ResolvedAt, double? PeakCelsius)
{
    public bool Matches(AlertView alert) =>
        alert.Kind == Kind
        && (Gateway is null || (alert.Gateway == Gateway && alert.Device == Device))
        && (Site is null || (alert.Site == Site && alert.Sku == Sku))
        && (OpenedAt is null || (alert.OpenedAt == OpenedAt && alert.ResolvedAt == ResolvedAt && alert.PeakCelsius == PeakCelsius))
        && alert.State == (ResolvedAt is null ? "open" : "resolved");
}
