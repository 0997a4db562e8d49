using System.Collections.Concurrent;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>A sink that notes which device each thing was about, and commits when a test says so.</summary>
internal sealed class DevicesSink : IReadingSink
{
    private readonly ConcurrentQueue<TaskCompletionSource> holds = new();
    private readonly ConcurrentQueue<Reading> readings = new();
    private readonly ConcurrentQueue<(string Device, string Reason, int Bytes)> refusals = new();
    private readonly ConcurrentQueue<(DeviceCondition Condition, string? Detail)> reports = new();

    public IReadOnlyCollection<Reading> Readings => readings;

    public IReadOnlyCollection<(string Device, string Reason, int Bytes)> Refusals => refusals;

    public IReadOnlyCollection<(DeviceCondition Condition, string? Detail)> Reports => reports;

    /// <summary>The next reading is committed, or not, when the returned source says so.</summary>
    public TaskCompletionSource HoldNext()
    {
        var source = new TaskCompletionSource();
        holds.Enqueue(source);
        return source;
    }

    public Task Accept(Reading reading)
    {
        readings.Enqueue(reading);
        return holds.TryDequeue(out var held) ? held.Task : Task.CompletedTask;
    }

    public void Refuse(string device, string reason, ReadOnlySpan<byte> payload) => refusals.Enqueue((device, reason, payload.Length));

    public void Report(string device, DeviceCondition condition, string? detail = null) => reports.Enqueue((condition, detail));
}
