using EdgeGateway.Simulator.Journal;

namespace EdgeGateway.Simulator.Scenario;

/// <summary>
/// A day at a store and in a truck, squeezed into a minute and a half. Goods come in, Kafka is away for 30 s, a cold
/// room's door is left open meanwhile, goods go out, the store's gateway is killed and comes back, the door is shut.
/// </summary>
public sealed class DemoScenario(Site site)
{
    /// <summary>The profile of the cold rooms says so: above this for <see cref="WarmFor"/> is an excursion.</summary>
    public const double WarmAbove = 8.0;

    public static readonly TimeSpan WarmFor = TimeSpan.FromSeconds(20);

    /// <summary>The cloud's configuration says so for <see cref="Jacket"/>; any stock of <see cref="Boots"/> will do.</summary>
    public const long LowStockBelow = 100;

    /// <summary>What the truck's 1-wire probe shows when the scenario begins.</summary>
    public const double ReeferReturnCelsius = 5;

    public static readonly TimeSpan Length = TimeSpan.FromSeconds(80);

    public static readonly Sgtin96 Jacket = new("0614141", "812345");
    public static readonly Sgtin96 Boots = new("0614141", "100734");

    private const int JacketsIn = 12, JacketsOut = 5, BootsIn = 8, BootsOut = 2;
    private const double SecondsBetweenSamples = 0.5;

    /// <summary>The steps of one round in the order of their times. Each round's tags are new ones.</summary>
    public IEnumerable<Step> Round(int round) =>
        Samples(round)
            .Concat(Passage(round, 5, Site.Receiving, "receiving", JacketsIn, BootsIn, withFactoryTag: true))
            .Concat(Passage(round, 25, Site.Shipping, "shipping", JacketsOut, BootsOut, withFactoryTag: false))
            .Concat(Movements(round))
            .Concat([Marker(15, "outage-begin"), Marker(18, "door-open"), Marker(30, "kill-store"), Marker(45, "outage-end"), Marker(58, "door-shut")])
            .OrderBy(step => step.After);

    private static Step Marker(double second, string name) =>
        new(TimeSpan.FromSeconds(second), at => new MarkerEntry(name, at));

    private IEnumerable<Step> Samples(int round)
    {
        var perRound = (int)(Length.TotalSeconds / SecondsBetweenSamples);
        for (var i = 0; i < perRound; i++)
        {
            var second = i * SecondsBetweenSamples;
            var number = (round * perRound) + i;
            yield return Sample(second, site.Store, Site.ColdRoom, ColdRoomCelsius(second), number, SampleSource.Dated);
            yield return Sample(second + 0.1, site.Store, Site.Freezer, -18.5 + Wobble(second), number, SampleSource.Undated);
            yield return Sample(second + 0.2, site.Store, Site.Produce, ProduceCelsius(second), number, SampleSource.Dated);
            yield return Sample(second + 0.3, site.Truck, Site.ReeferAir, 3.5 + Wobble(second), number, SampleSource.Dated);
            yield return Sample(second + 0.4, site.Truck, Site.ReeferReturn, ReeferReturnCelsius + Wobble(second), number, SampleSource.Polled);
        }
    }

    // The last decimals number the samples, so that no two of a device are alike.
    private static Step Sample(double second, string gateway, string device, double celsius, int number, SampleSource source)
    {
        var unique = source == SampleSource.Polled
            ? Math.Round(celsius, 1) + (number % 100 * 0.001)
            : Math.Round(celsius, 1) + (number % 10_000 * 0.000_01);
        return new Step(TimeSpan.FromSeconds(second), at => new SampleEntry(gateway, device, Math.Round(unique, 5), source, at));
    }

    private static double Wobble(double second) => 0.4 * Math.Sin(second / 7);

    // Warms by 1 °C every 1.5 s from 18 s on up to 12 °C, cools as fast from 58 s on.
    private static double ColdRoomCelsius(double second) =>
        4 + Math.Clamp((second - 18) / 1.5, 0, 8) - Math.Clamp((second - 58) / 1.5, 0, 8);

    // Somebody looks in for some seconds: too short for an alert.
    private static double ProduceCelsius(double second) => second is >= 50 and < 58 ? 9 : 4.5 + Wobble(second);

    private IEnumerable<Step> Passage(int round, double second, string portal, string passage, int jackets, int boots, bool withFactoryTag)
    {
        var tags = Enumerable.Range(0, jackets).Select(i => (Hex: Jacket.Hex((ulong)((round * 1000) + i)), Sku: (string?)Jacket.Gtin))
            .Concat(Enumerable.Range(0, boots).Select(i => (Boots.Hex((ulong)((round * 1000) + i)), (string?)Boots.Gtin)))
            .Concat(withFactoryTag ? [($"E28011606000020A6681{round % 0x10000:X4}", null)] : [])
            .ToList();
        for (var pass = 0; pass < 5; pass++)
        {
            for (var i = 0; i < tags.Count; i++)
            {
                // A portal misses some of its passes: two in five for each tag.
                if ((pass + i) % 5 < 3)
                {
                    var (hex, sku) = tags[i];
                    var after = TimeSpan.FromSeconds(second + (pass * 0.4) + (i * 0.01));
                    yield return new Step(after, at => new TagEntry(site.Store, portal, site.Name, passage, hex, sku, at));
                }
            }
        }
    }

    private IEnumerable<Step> Movements(int round)
    {
        yield return Movement(2, $"po-{round}", "received", 110);

        // The other system asks again, as systems do; it must not count twice.
        yield return Movement(9, $"po-{round}", "received", 110);
        yield return Movement(70, $"so-{round}", "shipped", 20);
        yield return Movement(71, $"so-{round}", "shipped", 20);
    }

    private Step Movement(double second, string id, string kind, long quantity) =>
        new(TimeSpan.FromSeconds(second), at => new MovementEntry($"{site.Name}-{id}", site.Name, Jacket.Gtin, kind, quantity, at));
}
