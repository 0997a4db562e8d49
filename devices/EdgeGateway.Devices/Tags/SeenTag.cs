using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Tags;

/// <summary>What <see cref="TagSmoothing"/> remembers of one tag.</summary>
internal sealed class SeenTag(EpcTag tag, DateTimeOffset at)
{
    public EpcTag Tag { get; } = tag;

    /// <summary>False while it is only glimpsed.</summary>
    public bool Announced { get; set; }

    /// <summary>In the list of those that <see cref="TagSmoothing.Expire"/> must look at.</summary>
    public bool Pending { get; set; }

    /// <summary>Where it is, and how well it is seen there.</summary>
    public Sighting Here { get; set; }

    /// <summary>Another zone that sees it too.</summary>
    public Sighting There { get; set; }

    /// <summary>Clock of the gateway at its first read.</summary>
    public DateTimeOffset FirstHeardAt { get; } = at;

    /// <summary>Clock of the gateway at its last read.</summary>
    public DateTimeOffset HeardAt { get; set; } = at;

    /// <summary>Clock of the gateway when it arrived or moved.</summary>
    public DateTimeOffset ChangedAt { get; set; } = at;

    /// <summary>Event time of the first read while it is glimpsed.</summary>
    public DateTimeOffset FirstObservedAt { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>Event time of the newest read.</summary>
    public DateTimeOffset ObservedAt { get; set; } = DateTimeOffset.MinValue;

    public PassTrack Pass { get; set; }

    /// <summary>Clock of the gateway at the first read of the pass.</summary>
    public DateTimeOffset PassBeganAt { get; set; }

    /// <summary>Reads since the last change.</summary>
    public int Reads { get; set; }

    /// <summary>Strongest of these.</summary>
    public double? RssiDbm { get; set; }

    /// <summary>Antenna of that.</summary>
    public int? Antenna { get; set; }

    /// <summary>Its place in the order of last reads; null once it departed.</summary>
    public LinkedListNode<SeenTag>? Node { get; set; }
}

/// <summary>How a zone sees a tag.</summary>
/// <param name="Device">The reader.</param>
/// <param name="Place">Where the reader stands.</param>
/// <param name="Zone">The zone of the antenna.</param>
/// <param name="LevelDbm">Running mean of the signal; null where readers do not tell.</param>
/// <param name="HeardAt">Clock of the gateway at the last read there.</param>
internal readonly record struct Sighting(string Device, ReaderPlace Place, string Zone, double? LevelDbm, DateTimeOffset HeardAt)
{
    /// <summary>Weight of a new read in the running mean.</summary>
    private const double Weight = 0.3;

    public Sighting Again(double? rssiDbm, DateTimeOffset at) => this with
    {
        LevelDbm = LevelDbm is { } level && rssiDbm is { } rssi ? level + (Weight * (rssi - level)) : rssiDbm ?? LevelDbm,
        HeardAt = at,
    };
}
