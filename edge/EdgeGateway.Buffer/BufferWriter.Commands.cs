using EdgeGateway.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Buffer;

/// <summary>What others ask of the writer besides appending.</summary>
internal sealed partial class BufferWriter
{
    private readonly Lock commandGate = new();
    private readonly Queue<ClockSetting> clockSettings = new();
    private readonly Queue<Rejection> rejections = new();
    private long acknowledged;
    private long acknowledgedRows;
    private long rejected;

    public void Acknowledge(long upToPosition)
    {
        lock (commandGate)
        {
            var upTo = Math.Min(upToPosition, queue.Last);
            if (upTo <= Acknowledged)
            {
                return;
            }

            acknowledgedRows += upTo - Acknowledged;
            Interlocked.Exchange(ref acknowledged, upTo);
        }

        if (Acknowledged - queue.First >= RowsWorthADelete || condition.State != BufferState.Ok)
        {
            intake.WakeUp();
        }
    }

    public Task SetClock(long offsetMs, ClockQuality clock)
    {
        var setting = new ClockSetting(offsetMs, clock);
        lock (commandGate)
        {
            clockSettings.Enqueue(setting);
        }

        intake.WakeUp();
        return setting.Done.Task;
    }

    public Task SetAside(long position, string reason)
    {
        var rejection = new Rejection(position, reason);
        lock (commandGate)
        {
            rejections.Enqueue(rejection);
        }

        intake.WakeUp();
        return rejection.Done.Task;
    }

    private void SetAsideRejected()
    {
        while (Peek(rejections) is { } rejection)
        {
            MakeRoomToSetAside();
            if (file!.SetAside(rejection.Position, rejection.Reason, options.MaxBytes / 8, Now()) is { } e)
            {
                Interlocked.Increment(ref rejected);
                Publish();
                LogRejected(options.Path, e.Seq, e.Store, e.Device, rejection.Reason);
            }

            lock (commandGate)
            {
                rejections.Dequeue();
            }

            rejection.Done.SetResult();
        }
    }

    private void DateEvents()
    {
        if (Peek(clockSettings) is null)
        {
            return;
        }

        // What was appended before the clock was set is committed first, so that it is dated again as well.
        Commit();
        while (Peek(clockSettings) is { } setting)
        {
            file!.SetClock(setting.OffsetMs, setting.Clock);
            lock (readGate)
            {
                reader!.ReloadEpochs();
            }

            lock (commandGate)
            {
                clockSettings.Dequeue();
            }

            setting.Done.SetResult();
        }
    }

    private T? Peek<T>(Queue<T> commands)
        where T : class
    {
        lock (commandGate)
        {
            return commands.TryPeek(out var command) ? command : null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Kafka refuses event {Seq} of store {EventStore}, from {Device}, for good: {Reason}. It is in the ledger and kept in {Path}, where 'edge-gateway buffer export' shows it; what is behind it goes on. Find out what limits its topic")]
    private partial void LogRejected(string path, long seq, string eventStore, string device, string reason);

    private sealed record ClockSetting(long OffsetMs, ClockQuality Clock)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Rejection(long Position, string Reason)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
