using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices;

/// <summary>For sources that cannot deliver again by themselves: polls, line events, streams without acknowledgement.</summary>
internal static class ReadingSinkExtensions
{
    /// <summary>
    /// Completes when the reading is synced to disk. A failed commit is tried again with back-off and with the time
    /// of the first try; meanwhile the caller takes nothing new from its source, so nothing piles up here.
    /// </summary>
    public static async Task AcceptOrRetry(
        this IReadingSink sink, Reading reading, TimeProvider time, ILogger log, CancellationToken stop)
    {
        var backOff = new BackOff();
        while (true)
        {
            try
            {
                await sink.Accept(reading).WaitAsync(stop);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                var wait = backOff.Next();
                log.LogWarning("{Device}: the buffer did not take a reading: {Cause}; will be tried again in {Seconds} s",
                    reading.Device, e.Message, wait.TotalSeconds);
                reading = reading with { ObservedAt = reading.ObservedAt ?? time.GetUtcNow() };
                await Task.Delay(wait, time, stop);
            }
        }
    }
}
