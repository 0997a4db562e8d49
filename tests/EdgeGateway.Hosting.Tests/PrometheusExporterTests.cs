using System.Diagnostics.Metrics;

namespace EdgeGateway.Hosting.Tests;

public sealed class PrometheusExporterTests
{
    [Fact]
    public void Counters_add_up_by_label()
    {
        using var meter = new Meter(Name());
        using var exporter = new PrometheusExporter(meter.Name);
        var refused = meter.CreateCounter<long>("refused_total", description: "Payloads refused");

        refused.Add(2, new KeyValuePair<string, object?>("device", "a\"b"));
        refused.Add(3, new KeyValuePair<string, object?>("device", "a\"b"));
        refused.Add(1, new KeyValuePair<string, object?>("device", "c"));

        Assert.Equal(
            "# HELP refused_total Payloads refused\n# TYPE refused_total counter\nrefused_total{device=\"a\\\"b\"} 5\nrefused_total{device=\"c\"} 1\n",
            exporter.Render());
    }

    [Fact]
    public void A_gauge_says_only_what_is_true_now()
    {
        using var meter = new Meter(Name());
        using var exporter = new PrometheusExporter(meter.Name);
        var devices = new List<string> { "a", "b" };
        meter.CreateObservableGauge(
            "up", () => devices.Select(device => new Measurement<long>(1, new KeyValuePair<string, object?>("device", device))), description: "Devices");

        Assert.Contains("up{device=\"b\"} 1", exporter.Render(), StringComparison.Ordinal);
        devices.Remove("b");

        Assert.Equal("# HELP up Devices\n# TYPE up gauge\nup{device=\"a\"} 1\n", exporter.Render());
    }

    [Fact]
    public void Histograms_count_cumulatively_up_to_infinity()
    {
        using var meter = new Meter(Name());
        using var exporter = new PrometheusExporter(meter.Name);
        var seconds = meter.CreateHistogram<double>("commit_seconds", description: "Commits");

        seconds.Record(0.002);
        seconds.Record(1_000);

        var text = exporter.Render();
        Assert.Contains("commit_seconds_bucket{le=\"0.001\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("commit_seconds_bucket{le=\"0.005\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("commit_seconds_bucket{le=\"+Inf\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("commit_seconds_sum 1000.002\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_without_end_stop_at_the_limit()
    {
        using var meter = new Meter(Name());
        using var exporter = new PrometheusExporter(meter.Name);
        var counter = meter.CreateCounter<long>("tags_total");
        for (var i = 0; i < 5_000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("epc", i));
        }

        Assert.Equal(2_000, exporter.Render().Split('\n').Count(line => line.StartsWith("tags_total{", StringComparison.Ordinal)));
    }

    private static string Name() => "test-" + Guid.NewGuid();
}
