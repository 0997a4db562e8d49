using System.Diagnostics.Metrics;
using EdgeGateway.Agent.Intake;
using EdgeGateway.Agent.Uplink;
using EdgeGateway.Agent.Web;
using EdgeGateway.Buffer;

namespace EdgeGateway.Agent;

/// <summary>What <c>/metrics</c> shows. Everything is asked when the page is, so that measuring costs the flow nothing.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    public const string MeterName = "EdgeGateway";

    private static readonly string[] Healths = ["ok", "silent", "faulty", "unplugged", "unknown"];

    private readonly Meter meter = new(MeterName);

    public GatewayMetrics(EdgeAgent agent)
    {
        BufferStats Buffer() => agent.Buffer.Stats;
        Each("edge_readings_total", "Readings taken from a device", device => device.Readings);
        Each("edge_refused_total", "Payloads of a device that were no reading", device => device.Refused);
        meter.CreateObservableGauge("edge_device_health", () => Health(agent), description: "1 for the health a device is in");
        meter.CreateObservableGauge("edge_alarms_open", () => agent.Supervisor.Alarms().Count, description: "Alarms open at the edge");
        meter.CreateObservableGauge("edge_buffered_events", () => Buffer().Buffered, description: "Events that Kafka has not acknowledged");
        meter.CreateObservableGauge("edge_buffer_bytes", () => Buffer().Bytes, description: "Bytes of the buffer's files");
        meter.CreateObservableGauge("edge_buffer_oldest_age_seconds", () => Buffer().OldestAge?.TotalSeconds ?? 0, description: "Age of the oldest buffered event");
        meter.CreateObservableGauge("edge_buffer_state", () => (int)Buffer().State, description: "0 ok, 1 shedding, 2 full, 3 failing");
        meter.CreateObservableCounter("edge_committed_events_total", () => Buffer().Appended, description: "Events synced to disk");
        meter.CreateObservableCounter("edge_commits_total", () => Buffer().Commits, description: "Synced transactions");
        meter.CreateObservableCounter("edge_shed_events_total", () => Buffer().Shed, description: "Events given up for lack of space");
        meter.CreateObservableCounter("edge_rejected_events_total", () => Buffer().Rejected, description: "Events set aside because Kafka refuses them for good");
        meter.CreateObservableCounter("edge_acknowledged_events_total", () => agent.Forwarder.State.Acked, description: "Events acknowledged by Kafka");
        meter.CreateObservableCounter("edge_uplink_failures_total", () => agent.Forwarder.Failures, description: "Times that sending to Kafka failed");
        meter.CreateObservableCounter("edge_allocated_bytes_total", () => GC.GetTotalAllocatedBytes(precise: true), description: "Bytes of all objects made since the start");
        meter.CreateObservableGauge(
            "edge_uplink_connected", () => agent.Forwarder.State.State == UplinkState.Connected ? 1 : 0, description: "1 while connected to Kafka");

        void Each(string name, string description, Func<DeviceIntake, long> count) => meter.CreateObservableCounter(
            name, () => agent.Supervisor.Devices.Select(device => new Measurement<long>(count(device), Tag("device", device.Id))), description: description);
    }

    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<int>> Health(EdgeAgent agent) =>
        from device in agent.Supervisor.Devices
        let now = device.Status().Health
        from health in Healths
        select new Measurement<int>(health == now ? 1 : 0, Tag("device", device.Id), Tag("health", health));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
