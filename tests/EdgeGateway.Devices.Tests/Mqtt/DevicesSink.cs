using System.Collections.Concurrent;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>A sink that notes which device each thing was about, and commits when a test says so.</summary>
internal sealed class DevicesSink : IReadingSink
{
    private readonly ConcurrentQueue<TaskCompletionSource> _held = new();
    private readonly ConcurrentQueue<Reading> _readings = new();
    private readonly ConcurrentQueue<(string Device, string Reason, int Bytes)> _refusals = new();
    private readonly ConcurrentQueue<(DeviceCondition Condition, string? Detail)> _reports = new();

    public IReadOnlyCollection<Reading> Readings => _readings;

    public IReadOnlyCollection<(string Device, string Reason, int Bytes)> Refusals => _refusals;

    public IReadOnlyCollection<(DeviceCondition Condition, string? Detail)> Reports => _reports;

    /// <summary>The next reading is committed, or not, when the returned source says so.</summary>
    public TaskCompletionSource HoldNext()
    {
        var source = new TaskCompletionSource();
        _held.Enqueue(source);
        return source;
    }

    public Task Accept(Reading reading)
    {
        _readings.Enqueue(reading);
        return _held.TryDequeue(out var held) ? held.Task : Task.CompletedTask;
    }

    public void Refuse(string device, string reason, ReadOnlySpan<byte> payload) => _refusals.Enqueue((device, reason, payload.Length));

    public void Report(string device, DeviceCondition condition, string? detail = null) => _reports.Enqueue((condition, detail));
}
