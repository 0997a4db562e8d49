using System.Diagnostics.Metrics;

namespace EdgeGateway.Cloud;

/// <summary>What <c>/metrics</c> tells of the cloud.</summary>
public sealed class CloudMetrics : IDisposable
{
    public const string MeterName = "EdgeGateway.Cloud";

    private readonly Meter meter = new(MeterName);

    public CloudMetrics()
    {
        Records = meter.CreateCounter<long>("edge_cloud_records_total", description: "Records read from Kafka.");
        DeadLetters = meter.CreateCounter<long>("edge_cloud_dead_letters_total", description: "Records that could not be read and went to dead-letter.");
        Batches = meter.CreateCounter<long>("edge_cloud_batches_total", description: "Batches committed.");
        CommitSeconds = meter.CreateHistogram<double>("edge_cloud_commit_seconds", description: "Time from handing over a batch to its commit.");
        Retries = meter.CreateCounter<long>("edge_cloud_retries_total", description: "Batches tried again because the database failed.");
        Published = meter.CreateCounter<long>("edge_cloud_published_total", description: "Messages published from the outbox.");
        Notified = meter.CreateCounter<long>("edge_cloud_notified_total", description: "Notifications delivered.");
        NotifyFailures = meter.CreateCounter<long>("edge_cloud_notify_failures_total", description: "Notifications that failed and are tried again, or were given up.");
        RecordAge = meter.CreateHistogram<double>("edge_cloud_record_age_seconds", description: "Age of the oldest record of a batch when its views were committed, by Kafka's timestamp.");
    }

    public Counter<long> Records { get; }

    public Counter<long> DeadLetters { get; }

    public Counter<long> Batches { get; }

    public Histogram<double> CommitSeconds { get; }

    public Counter<long> Retries { get; }

    public Counter<long> Published { get; }

    public Counter<long> Notified { get; }

    public Counter<long> NotifyFailures { get; }

    public Histogram<double> RecordAge { get; }

    /// <summary>Duplicates are counted where they are dropped.</summary>
    public void Observe(string name, string description, Func<long> value) => meter.CreateObservableCounter(name, value, description: description);

    /// <summary>A value a label set, asked for when the page is.</summary>
    public void Observe(string name, string description, Func<IEnumerable<Measurement<double>>> values) =>
        meter.CreateObservableGauge(name, values, description: description);

    public void Dispose() => meter.Dispose();
}
