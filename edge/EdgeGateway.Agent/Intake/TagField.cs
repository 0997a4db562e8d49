using EdgeGateway.Agent.Clock;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Tags;

namespace EdgeGateway.Agent.Intake;

/// <summary>
/// All tags that the gateway's readers see. A change that the buffer did not take is kept, and no further read is taken
/// before it is: so the read that showed it is never acknowledged without it.
/// </summary>
internal sealed class TagField(TagSmoothingSettings settings, EventBuffer buffer, GatewayClock clock, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly TagSmoothing smoothing = new(settings);
    private readonly List<TagEvent> changes = [];
    private readonly DateTimeOffset epoch = time.GetUtcNow();
    private readonly long epochTimestamp = time.GetTimestamp();

    /// <summary>A clock for windows that nobody sets.</summary>
    private DateTimeOffset Steady => epoch + time.GetElapsedTime(epochTimestamp);

    /// <summary>Takes a read; completes when the change it showed, if any, is on disk.</summary>
    public Task Observe(TagReading reading, ReaderPlace place, DateTimeOffset observedAt, ClockQuality quality)
    {
        lock (gate)
        {
            var earlier = Append(quality);
            if (earlier.IsFaulted)
            {
                return earlier;
            }

            smoothing.Observe(reading.ObservedAt == observedAt ? reading : reading with { ObservedAt = observedAt }, place, Steady, changes);
            return Append(quality);
        }
    }

    /// <summary>Lets tags depart that were not seen for long enough. What the buffer does not take now goes with the next read or tick.</summary>
    public void Expire()
    {
        lock (gate)
        {
            smoothing.Expire(Steady, changes);
            _ = Append(clock.Quality);
        }
    }

    private Task Append(ClockQuality quality)
    {
        if (changes.Count == 0)
        {
            return Task.CompletedTask;
        }

        var committed = buffer.Append(changes.ConvertAll(GatewayEvent (change) => change with { Clock = quality }), Importance.Evidence);
        if (!committed.IsFaulted)
        {
            changes.Clear();
        }

        return committed;
    }
}
