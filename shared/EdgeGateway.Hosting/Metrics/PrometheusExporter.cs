using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace EdgeGateway.Hosting;

/// <summary>
/// Listens to one <see cref="Meter"/> by name and writes its instruments in Prometheus' text format 0.0.4. Counters add up
/// here; observable instruments are asked when the page is; histograms have fixed buckets in seconds. Dots in names become
/// underscores; the unit is part of the name where the instrument says so. At most 2,000 series are kept: a label that
/// grows without bound must not take the process with it.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    private const int MaxSeries = 2_000;

    private static readonly double[] BucketSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Family> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();
    private int seriesCount;

    /// <param name="meterName">Name of the meter whose instruments are exported.</param>
    public PrometheusExporter(string meterName)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == meterName)
            {
                listening.EnableMeasurementEvents(instrument, FamilyOf(instrument));
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record((Family)state!, value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record((Family)state!, value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record((Family)state!, value, tags));
        listener.Start();
    }

    /// <summary>Everything measured so far, as Prometheus reads it.</summary>
    public string Render()
    {
        lock (gate)
        {
            foreach (var family in families.Values.Where(family => family.IsAskedEachTime))
            {
                seriesCount -= family.Series.Count;
                family.Series.Clear();
            }
        }

        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (gate)
        {
            foreach (var (name, family) in families)
            {
                text.Append("# HELP ").Append(name).Append(' ').Append(family.Help).Append('\n');
                text.Append("# TYPE ").Append(name).Append(' ').Append(family.Type).Append('\n');
                foreach (var (labels, series) in family.Series)
                {
                    Write(text, name, labels, series);
                }
            }
        }

        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private static void Write(StringBuilder text, string name, string labels, Series series)
    {
        if (series.Buckets is { } buckets)
        {
            var total = 0L;
            for (var i = 0; i < buckets.Length; i++)
            {
                total += buckets[i];
                var bound = i < BucketSeconds.Length ? BucketSeconds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, name + "_bucket", labels.Length == 0 ? $"le=\"{bound}\"" : $"{labels},le=\"{bound}\"", total);
            }

            Line(text, name + "_sum", labels, series.Value);
            Line(text, name + "_count", labels, total);
        }
        else
        {
            Line(text, name, labels, series.Value);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private Family FamilyOf(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        var name = instrument.Name.Replace('.', '_').Replace('-', '_');
        var family = kind switch
        {
            _ when kind.StartsWith("Histogram", StringComparison.Ordinal) => new Family("histogram", instrument.Description, Adds: true, IsAskedEachTime: false),
            _ when kind.StartsWith("Counter", StringComparison.Ordinal) => new Family("counter", instrument.Description, Adds: true, IsAskedEachTime: false),
            _ when kind.StartsWith("ObservableCounter", StringComparison.Ordinal) => new Family("counter", instrument.Description, Adds: false, IsAskedEachTime: true),
            _ when kind.StartsWith("UpDownCounter", StringComparison.Ordinal) => new Family("gauge", instrument.Description, Adds: true, IsAskedEachTime: false),
            _ => new Family("gauge", instrument.Description, Adds: false, IsAskedEachTime: instrument.IsObservable),
        };
        lock (gate)
        {
            families[name] = family;
        }

        return family;
    }

    private void Record(Family family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (gate)
        {
            if (!family.Series.TryGetValue(labels, out var series))
            {
                if (seriesCount >= MaxSeries)
                {
                    return;
                }

                seriesCount++;
                series = new Series(family.Type == "histogram" ? new long[BucketSeconds.Length + 1] : null);
                family.Series.Add(labels, series);
            }

            series.Value = family.Adds ? series.Value + value : value;
            if (series.Buckets is { } buckets)
            {
                var bucket = Array.FindIndex(BucketSeconds, bound => value <= bound);
                buckets[bucket < 0 ? BucketSeconds.Length : bucket]++;
            }
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            if (text.Length > 0)
            {
                text.Append(',');
            }

            var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)!
                .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(name.Replace('.', '_')).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }

    private sealed record Family(string Type, string? Help, bool Adds, bool IsAskedEachTime)
    {
        public SortedDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Series(long[]? buckets)
    {
        public double Value { get; set; }

        public long[]? Buckets { get; } = buckets;
    }
}
