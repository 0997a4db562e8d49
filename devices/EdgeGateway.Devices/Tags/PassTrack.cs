namespace EdgeGateway.Devices.Tags;

/// <summary>
/// The reads of one pass through a portal: zones by their place from the outside in, against time, weighed by signal. Missed
/// and stray reads hardly bend the line through them, whose slope is the direction.
/// </summary>
internal struct PassTrack
{
    /// <summary>Correlation of zone and time that tells a tag that went away from one that turned back.</summary>
    private const double ClearPass = 0.4;

    /// <summary>Correlation that tells a tag still seen from one that stands there.</summary>
    private const double ClearMove = 0.6;

    /// <summary>A middling signal: what readers do not tell counts as this.</summary>
    private const double MiddlingDbm = -60;

    private DateTimeOffset _from;
    private double _weight;
    private double _time;
    private double _zone;
    private double _timeSquared;
    private double _zoneSquared;
    private double _timeZone;

    /// <summary>False before the first read.</summary>
    public bool Began { get; private set; }

    /// <summary>Event time of the latest read.</summary>
    public DateTimeOffset LastAt { get; private set; }

    public void Add(DateTimeOffset at, int zone, double? rssiDbm)
    {
        if (!Began)
        {
            (Began, _from, LastAt) = (true, at, at);
        }

        // Out of order or not: the sums do not mind.
        LastAt = at > LastAt ? at : LastAt;
        var seconds = (at - _from).TotalSeconds;
        var weight = Math.Pow(10, Math.Clamp((rssiDbm ?? MiddlingDbm) - MiddlingDbm, -40, 40) / 20);
        _weight += weight;
        _time += weight * seconds;
        _zone += weight * zone;
        _timeSquared += weight * seconds * seconds;
        _zoneSquared += weight * zone * zone;
        _timeZone += weight * seconds * zone;
    }

    /// <summary>1 inwards, -1 outwards, 0 when it cannot be told.</summary>
    /// <param name="isGone">True when the portal sees the tag no more.</param>
    public readonly int Direction(bool isGone)
    {
        var timeSpread = (_weight * _timeSquared) - (_time * _time);
        var zoneSpread = (_weight * _zoneSquared) - (_zone * _zone);
        if (!(timeSpread > 0) || !(zoneSpread > 0))
        {
            return 0;
        }

        var correlation = ((_weight * _timeZone) - (_time * _zone)) / Math.Sqrt(timeSpread * zoneSpread);
        return Math.Abs(correlation) >= (isGone ? ClearPass : ClearMove) ? Math.Sign(correlation) : 0;
    }
}
