using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Contracts;
using EdgeGateway.Simulator.Check;
using EdgeGateway.Simulator.Journal;
using EdgeGateway.Simulator.Scenario;

namespace EdgeGateway.EndToEnd.Tests.Demo;

/// <summary>The evidence of a run of the demo in which nothing went wrong, for tests to break.</summary>
internal sealed class PerfectRun
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly Site Names = new("dallas", "store-dallas-1", "truck-7");

    private readonly Dictionary<string, long> seqs = new(StringComparer.Ordinal);
    private long offset;

    public PerfectRun()
    {
        Journal = [.. new DemoScenario(Names).Round(0).Select(step => step.Make(Start + step.After))];
        foreach (var sample in Journal.OfType<SampleEntry>())
        {
            Add(new TemperatureEvent { Device = sample.Device, ObservedAt = sample.At, Gateway = sample.Gateway, Celsius = sample.Celsius });
            Readings.TryAdd($"{sample.Gateway}/{sample.Device}", []);
            Readings[$"{sample.Gateway}/{sample.Device}"].Add(new ReadingView(sample.At, sample.Celsius));
        }

        foreach (var tag in Journal.OfType<TagEntry>().DistinctBy(t => (t.Hex, t.Passage)))
        {
            Add(Event(tag));
        }

        Add(new PositionEvent { Device = "gps", ObservedAt = Start, Gateway = Names.Truck, Latitude = 32.8, Longitude = -96.8 });
        var opened = Journal.OfType<SampleEntry>().First(s => s.Device == Site.ColdRoom && s.Celsius > 8).At;
        var resolved = Journal.OfType<SampleEntry>().First(s => s.Device == Site.ColdRoom && s.At > opened && s.Celsius <= 8).At;
        var peak = Journal.OfType<SampleEntry>().Where(s => s.Device == Site.ColdRoom).Max(s => s.Celsius);
        Add(new AlertView("a", "excursion", "resolved", Names.Store, Site.ColdRoom, Names.Name, null, opened, resolved, peak));
        Add(new AlertView("b", "low-stock", "open", null, null, Names.Name, DemoScenario.Jacket.Gtin, Start, null, null));
        SetStock(DemoScenario.Jacket.Gtin, 110 + 12 - 5 - 20);
        SetStock(DemoScenario.Boots.Gtin, 8 - 2);
        Gateways.AddRange(seqs.Select(s => new GatewayView(s.Key, "s1", s.Value, [], [])));
    }

    public List<JournalEntry> Journal { get; }

    public List<TopicRecord> Records { get; } = [];

    public List<AlertView> Alerts { get; } = [];

    public List<StockView> Stock { get; } = [];

    public List<GatewayView> Gateways { get; } = [];

    public Dictionary<string, List<ReadingView>> Readings { get; } = new(StringComparer.Ordinal);

    public Verdict Check() => Comparison.Of(
        Journal, Records, new CloudViews(Alerts, Stock, Gateways, Readings.ToDictionary(r => r.Key, r => (IReadOnlyList<ReadingView>)r.Value, StringComparer.Ordinal)));

    public static TagEvent Event(TagEntry tag) => new()
    {
        Device = tag.Device,
        ObservedAt = tag.At,
        Gateway = tag.Gateway,
        Epc = "raw:" + tag.Hex,
        Hex = tag.Hex,
        Gtin = tag.Sku,
        Zone = tag.Device,
        Passage = tag.Passage,
        Change = TagChange.Arrived,
    };

    /// <summary>Records an event as the next one of its gateway.</summary>
    public void Add(GatewayEvent e)
    {
        var seq = seqs[e.Gateway] = seqs.GetValueOrDefault(e.Gateway) + 1;
        var fields = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(fields))
        {
            json.WriteStartObject();
            e.WriteFields(json);
            json.WriteEndObject();
        }

        var value = new ArrayBufferWriter<byte>();
        EventRecord.Write(value, new EventHead(e.Gateway, "s1", seq, Names.Name, null, e.Device, e.ObservedAt, ClockQuality.Ntp), fields.WrittenSpan);
        Records.Add(new TopicRecord(Topics.Of(e.Family), 0, offset++, e.Key, CloudEvent.EventId(e.Gateway, "s1", seq), value.WrittenSpan.ToArray()));
    }

    /// <summary>Shows an alert and publishes it.</summary>
    public void Add(AlertView alert)
    {
        Alerts.Add(alert);
        var value = new JsonObject
        {
            ["id"] = alert.Id,
            ["kind"] = alert.Kind,
            ["severity"] = Severities.Critical,
            ["state"] = alert.State,
            ["rule"] = "r",
            ["openedAt"] = Timestamp.Format(alert.OpenedAt),
            ["detectedAt"] = Timestamp.Format(alert.OpenedAt),
        };
        Records.Add(new TopicRecord(Topics.Alerts, 0, offset++, alert.Id, null, Encoding.UTF8.GetBytes(value.ToJsonString())));
    }

    /// <summary>Shows a number of units and publishes it.</summary>
    public void SetStock(string sku, long units)
    {
        Stock.RemoveAll(s => s.Sku == sku);
        Stock.Add(new StockView(Names.Name, sku, units, 0, units));
        var value = new ArrayBufferWriter<byte>();
        new InventoryLevel(Names.Name, sku, units, 0, Start).Write(value);
        Records.Add(new TopicRecord(Topics.Levels, 0, offset++, $"{Names.Name}/{sku}", null, value.WrittenSpan.ToArray()));
    }
}
