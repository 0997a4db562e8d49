using EdgeGateway.Contracts;
using EdgeGateway.Simulator.Journal;

namespace EdgeGateway.Simulator.Check;

/// <summary>
/// Compares what the simulator did with what the topics and the cloud's views hold. Expectations come from the journal
/// alone, by counting as plainly as possible, and share no code with the gateway's and the cloud's own rules.
/// </summary>
public sealed class Comparison
{
    private readonly IReadOnlyList<JournalEntry> journal;
    private readonly IReadOnlyList<TopicRecord> records;
    private readonly CloudViews views;
    private readonly HashSet<string> gateways;
    private readonly List<(TopicRecord Record, GatewayEvent Event)> events = [];
    private readonly Verdict verdict = new();

    private Comparison(IReadOnlyList<JournalEntry> journal, IReadOnlyList<TopicRecord> records, CloudViews views)
    {
        this.journal = journal;
        this.records = records;
        this.views = views;
        gateways = [.. journal.OfType<SampleEntry>().Select(s => s.Gateway)];
    }

    public static Verdict Of(IReadOnlyList<JournalEntry> journal, IReadOnlyList<TopicRecord> records, CloudViews views)
    {
        var comparison = new Comparison(journal, records, views);
        comparison.ReadEvents();
        comparison.Sequences();
        comparison.Samples();
        comparison.Readings();
        comparison.Tags();
        comparison.Positions();
        comparison.Alerts();
        comparison.Stock();
        comparison.Refused();
        return comparison.verdict;
    }

    // Within a key, new numbers only rise; a record that came before is a duplicate, which the marks make invisible.
    private void ReadEvents()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var last = new Dictionary<(string, string?, string), long>();
        foreach (var record in records.Where(r => Topics.FamilyOf(r.Topic) is not null).OrderBy(r => r.Topic, StringComparer.Ordinal).ThenBy(r => r.Partition).ThenBy(r => r.Offset))
        {
            var e = EventRecord.Parse(record.Topic, record.Value);
            if (!gateways.Contains(e.Gateway))
            {
                continue;
            }

            verdict.Count("records");
            var id = CloudEvent.EventId(e.Gateway, e.Store, e.Seq);
            if (record.CloudEventId != id)
            {
                verdict.Fail("extra", $"{record.Topic} {record.Partition}:{record.Offset} has ce_id {record.CloudEventId}, its value says {id}");
            }

            if (!seen.Add(id))
            {
                verdict.Count("duplicateRecords");
                continue;
            }

            var key = (record.Topic, record.Key, e.Gateway + "/" + e.Store);
            if (e.Seq <= last.GetValueOrDefault(key))
            {
                verdict.Fail("order", $"{record.Topic} {record.Key}: {id} comes after seq {last[key]}");
            }

            last[key] = e.Seq;
            events.Add((record, e));
        }
    }

    private void Sequences()
    {
        foreach (var store in events.GroupBy(e => (e.Event.Gateway, e.Event.Store)))
        {
            var seqs = store.Select(e => e.Event.Seq).Order().ToList();
            var holes = seqs[^1] - seqs.Count;
            verdict.Count("missingSeqs", holes);
            if (holes != 0)
            {
                verdict.Fail("hole", $"{store.Key.Gateway}/{store.Key.Store}: {holes} of {seqs[^1]} sequence numbers are in no topic");
            }

            var view = views.Gateways.SingleOrDefault(g => g.Gateway == store.Key.Gateway);

            // A probe that is polled goes on after the topics were read: the view may be ahead of them, never behind.
            if (view is null || view.HighestSeq < seqs[^1] || view.Missing.Count > 0 || view.Ledgered.Count > 0)
            {
                verdict.Fail("view", $"gateway {store.Key.Gateway} must be complete up to {seqs[^1]}; the cloud shows {view?.ToString() ?? "nothing"}");
            }
        }

        foreach (var lost in events.Where(e => e.Event is LedgerEvent))
        {
            verdict.Fail("lost", $"{lost.Event.Gateway} gave up events: {((LedgerEvent)lost.Event).Reason}");
        }
    }

    private void Samples()
    {
        foreach (var device in journal.OfType<SampleEntry>().GroupBy(s => (s.Gateway, s.Device)))
        {
            var published = device.Select((sample, index) => (sample, index)).DistinctBy(p => p.sample.Celsius).ToDictionary(p => p.sample.Celsius);
            var arrived = new HashSet<double>();
            var previous = -1;
            foreach (var e in TemperaturesOf(device.Key.Gateway, device.Key.Device))
            {
                if (e.Celsius is not { } celsius || !published.TryGetValue(celsius, out var sample))
                {
                    verdict.Fail("extra", $"{e.Key}: {e.Celsius} at {e.ObservedAt:O} was never published");
                }
                else if (sample.sample.Source == SampleSource.Polled)
                {
                    verdict.Count("polled");
                }
                else if (!arrived.Add(celsius))
                {
                    // The gateway was killed between its commit and its PUBACK; the broker is right to deliver again.
                    verdict.Count("redelivered");
                }
                else
                {
                    if (sample.index < previous)
                    {
                        verdict.Fail("order", $"{e.Key}: {celsius} came after a later sample");
                    }

                    if (sample.sample.Source == SampleSource.Dated && sample.sample.At != e.ObservedAt)
                    {
                        verdict.Fail("extra", $"{e.Key}: {celsius} was observed at {sample.sample.At:O}, the record says {e.ObservedAt:O}");
                    }

                    previous = sample.index;
                }
            }

            foreach (var (sample, _) in published.Values.Where(p => p.sample.Source != SampleSource.Polled))
            {
                verdict.Count("samples");
                if (!arrived.Contains(sample.Celsius))
                {
                    verdict.Fail("lost", $"{sample.Gateway}/{sample.Device}: {sample.Celsius}, published at {sample.At:O}, is in no topic");
                }
            }
        }
    }

    private void Readings()
    {
        foreach (var device in journal.OfType<SampleEntry>().GroupBy(s => (s.Gateway, s.Device)))
        {
            var recorded = TemperaturesOf(device.Key.Gateway, device.Key.Device).Select(e => (e.ObservedAt, e.Celsius)).ToHashSet();
            var shown = views.Readings.GetValueOrDefault($"{device.Key.Gateway}/{device.Key.Device}") ?? [];
            verdict.Count("readingsShown", shown.Count);
            var polled = device.First().Source == SampleSource.Polled;
            if (polled ? !recorded.IsSubsetOf(shown.Select(r => (r.ObservedAt, r.Celsius))) : !recorded.SetEquals(shown.Select(r => (r.ObservedAt, r.Celsius))))
            {
                verdict.Fail("view", $"{device.Key.Gateway}/{device.Key.Device}: the topic holds {recorded.Count} readings, the cloud shows {shown.Count} or others");
            }

            foreach (var twice in shown.CountBy(r => (r.ObservedAt, r.Celsius)).Where(r => r.Value > Math.Max(1, Occurrences(device.Key, r.Key))))
            {
                verdict.Fail("twice", $"{device.Key.Gateway}/{device.Key.Device}: the cloud shows {twice.Key.Celsius} at {twice.Key.ObservedAt:O} {twice.Value} times");
            }
        }
    }

    private int Occurrences((string Gateway, string Device) device, (DateTimeOffset At, double? Celsius) reading) =>
        TemperaturesOf(device.Gateway, device.Device).Count(e => e.ObservedAt == reading.At && e.Celsius == reading.Celsius);

    private void Tags()
    {
        var read = journal.OfType<TagEntry>().Select(t => (t.Hex, t.Passage)).ToHashSet();
        verdict.Count("tagReads", journal.OfType<TagEntry>().Count());
        verdict.Count("tags", read.Select(t => t.Hex).Distinct(StringComparer.Ordinal).Count());
        var told = events.Select(e => e.Event).OfType<TagEvent>().ToList();
        foreach (var (hex, passage) in read.Where(r => !told.Any(t => t.Hex == r.Hex && t.Passage == r.Passage)))
        {
            verdict.Fail("lost", $"tag {hex} went through {passage}, no record says so");
        }

        foreach (var tag in told.Where(t => !read.Contains((t.Hex, t.Passage))))
        {
            verdict.Fail("extra", $"tag {tag.Hex} never was at {tag.Passage}");
        }
    }

    private void Positions()
    {
        foreach (var gateway in events.Select(e => e.Event).OfType<PositionEvent>().GroupBy(p => p.Gateway))
        {
            verdict.Count("positions", gateway.Count());
            var bySeq = gateway.OrderBy(p => p.Seq).ToList();
            for (var i = 1; i < bySeq.Count; i++)
            {
                if (bySeq[i].ObservedAt < bySeq[i - 1].ObservedAt)
                {
                    verdict.Fail("order", $"{gateway.Key}: position {bySeq[i].Seq} is older than the one before");
                }
            }
        }

        if (!verdict.Counts.ContainsKey("positions"))
        {
            verdict.Fail("lost", "the truck drove and no position arrived");
        }
    }

    private void Alerts()
    {
        var expected = Expected.Excursions(journal).Concat(Expected.LowStock(journal)).ToList();
        var shown = views.Alerts.Where(a => a.Gateway is null || gateways.Contains(a.Gateway)).Where(a => a.Site is null || a.Kind != "low-stock" || SitesOf(journal).Contains(a.Site)).ToList();
        verdict.Count("alerts", shown.Count);
        foreach (var alert in expected)
        {
            if (shown.RemoveAll(alert.Matches) != 1)
            {
                verdict.Fail("alert", $"expected once and not found: {alert}");
            }
        }

        foreach (var alert in shown)
        {
            verdict.Fail("alert", $"not expected: {alert}");
        }

        // The compacted topic must end where the view is.
        var published = records.Where(r => r.Topic == Topics.Alerts && r.Value is not null).GroupBy(r => r.Key).Select(g => Alert.Parse(g.MaxBy(r => r.Offset)!.Value))
            .ToDictionary(a => a.Id, a => a.State, StringComparer.Ordinal);
        foreach (var alert in views.Alerts.Where(a => published.GetValueOrDefault(a.Id) != a.State))
        {
            verdict.Fail("alert", $"the topic says {published.GetValueOrDefault(alert.Id) ?? "nothing"} of {alert}");
        }
    }

    private void Stock()
    {
        var sites = SitesOf(journal);
        var expected = Expected.Stock(journal);
        var shown = views.Stock.Where(s => sites.Contains(s.Site)).ToDictionary(s => (s.Site, s.Sku), s => (s.OnHand, s.Available));
        var published = records.Where(r => r.Topic == Topics.Levels && r.Value is not null).GroupBy(r => r.Key).Select(g => InventoryLevel.Parse(g.MaxBy(r => r.Offset)!.Value))
            .ToDictionary(l => (l.Site, l.Sku), l => (l.OnHand, l.Available));
        verdict.Count("stockRows", shown.Count);
        foreach (var key in expected.Keys.Union(shown.Keys))
        {
            var units = expected.GetValueOrDefault(key);
            if (shown.GetValueOrDefault(key) != (units, units))
            {
                verdict.Fail("stock", $"{key.Site}/{key.Sku} must be {units}; the cloud shows {shown.GetValueOrDefault(key)}");
            }

            if (published.GetValueOrDefault(key) != (units, units))
            {
                verdict.Fail("stock", $"{key.Site}/{key.Sku} must be {units}; the topic says {published.GetValueOrDefault(key)}");
            }
        }
    }

    private void Refused()
    {
        foreach (var record in records.Where(r => r.Topic == Topics.DeadLetter && (r.Key is null || gateways.Contains(r.Key.Split('/')[0]))))
        {
            verdict.Fail("extra", $"dead letter {record.Partition}:{record.Offset} with key {record.Key}");
        }
    }

    private IEnumerable<TemperatureEvent> TemperaturesOf(string gateway, string device) =>
        events.Select(e => e.Event).OfType<TemperatureEvent>().Where(e => e.Gateway == gateway && e.Device == device);

    private static HashSet<string> SitesOf(IReadOnlyList<JournalEntry> journal) =>
        [.. journal.OfType<TagEntry>().Select(t => t.Site), .. journal.OfType<MovementEntry>().Select(m => m.Site)];
}
