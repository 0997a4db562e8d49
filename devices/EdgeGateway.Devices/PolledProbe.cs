using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices;

/// <summary>
/// A probe that is asked at fixed intervals. A bad answer is asked for again at once, because a single disturbed
/// transfer is normal on long wires; a probe that stays bad yields fault readings, one that is missing is looked
/// for with back-off, and its going missing is itself a fault reading.
/// </summary>
internal abstract class PolledProbe : IDriver
{
    private const int Attempts = 3;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly string device;
    private readonly TimeSpan every;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private ProbeSample last;

    protected PolledProbe(string device, TimeSpan every, DriverHost host)
    {
        this.device = device;
        this.every = every;
        Root = host.Root;
        time = host.Time;
        log = host.Logs.CreateLogger(GetType());
    }

    public virtual async Task RunAsync(IReadingSink sink, CancellationToken stop)
    {
        var backOff = new BackOff();
        while (true)
        {
            var started = time.GetTimestamp();
            var sample = await PollAsync(stop);
            var goneNow = sample.Condition == DeviceCondition.Unplugged && last.Condition != DeviceCondition.Unplugged;
            Report(sink, sample);
            if (sample.Condition != DeviceCondition.Unplugged || goneNow)
            {
                await Deliver(sink, sample, stop);
            }

            if (sample.Condition == DeviceCondition.Unplugged)
            {
                await Task.Delay(backOff.Next(), time, stop);
                continue;
            }

            backOff.Reset();
            var rest = every - time.GetElapsedTime(started);
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, stop);
        }
    }

    /// <summary>Root of <c>sys/</c>.</summary>
    protected string Root { get; }

    /// <summary>Asks the probe once. Errors of the kernel's files may leave it.</summary>
    protected abstract ProbeSample Read();

    /// <summary>For a person: why the probe may not be there and what to do about it.</summary>
    protected abstract string WhyAbsent();

    /// <summary>Asks on a thread where waiting is harmless; a driver whose reads block for long limits them here.</summary>
    protected virtual ValueTask<ProbeSample> ReadAsync(CancellationToken stop) => ValueTask.FromResult(ReadSafely());

    /// <summary><see cref="Read"/> with the kernel's errors told as samples.</summary>
    protected ProbeSample ReadSafely()
    {
        try
        {
            return Read();
        }
        catch (Exception e) when (KernelFile.IsGone(e))
        {
            return ProbeSample.Unplugged(WhyAbsent());
        }
        catch (UnauthorizedAccessException e)
        {
            return ProbeSample.Unplugged($"{e.Message}; give the gateway's user read access to it");
        }
        catch (IOException e)
        {
            return ProbeSample.Faulty("no answer", $"reading the probe failed: {e.Message}; check its wiring and supply");
        }
    }

    private async ValueTask<ProbeSample> PollAsync(CancellationToken stop)
    {
        var pause = every / 4 < LongestPause ? every / 4 : LongestPause;
        for (var attempt = 1; ; attempt++)
        {
            var sample = await ReadAsync(stop);
            if (sample.Condition == DeviceCondition.Ok || attempt == Attempts)
            {
                return sample;
            }

            await Task.Delay(pause, time, stop);
        }
    }

    private void Report(IReadingSink sink, in ProbeSample sample)
    {
        if (sample.Condition == last.Condition && sample.Detail == last.Detail)
        {
            return;
        }

        last = sample;
        sink.Report(device, sample.Condition, sample.Detail);
        if (sample.Condition == DeviceCondition.Ok)
        {
            log.LogInformation("{Device}: reading", device);
        }
        else
        {
            log.LogWarning("{Device}: {Detail}; will be tried again", device, sample.Detail);
        }
    }

    private Task Deliver(IReadingSink sink, in ProbeSample sample, CancellationToken stop) =>
        sink.AcceptOrRetry(
            sample.Fault is null
                ? new TemperatureReading(device, null, sample.Celsius, Humidity: sample.Humidity)
                : new TemperatureReading(device, null, null, sample.Fault),
            time, log, stop);
}
