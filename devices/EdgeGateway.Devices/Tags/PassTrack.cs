namespace EdgeGateway.Devices.Tags;

/// <summary>
/// The reads of one pass through a portal: zones by their place from the outside in, against time. Missed and stray
/// reads hardly bend the line through them, whose slope is the direction.
/// </summary>
internal struct PassTrack
{
    /// <summary>Correlation of zone and time below which a tag stood about rather than passed.</summary>
    private const double Clear = 0.6;

    private DateTimeOffset _from;
    private double _time;
    private double _zone;
    private double _timeSquared;
    private double _zoneSquared;
    private double _timeZone;

    public int Reads { get; private set; }

    /// <summary>Event time of the latest read.</summary>
    public DateTimeOffset LastAt { get; private set; }

    public void Add(DateTimeOffset at, int zone)
    {
        if (Reads == 0)
        {
            (_from, LastAt) = (at, at);
        }

        // Out of order or not: the sums do not mind.
        LastAt = at > LastAt ? at : LastAt;
        var seconds = (at - _from).TotalSeconds;
        Reads++;
        _time += seconds;
        _zone += zone;
        _timeSquared += seconds * seconds;
        _zoneSquared += zone * zone;
        _timeZone += seconds * zone;
    }

    /// <summary>1 inwards, -1 outwards, 0 when it cannot be told.</summary>
    public readonly int Direction()
    {
        var timeSpread = (Reads * _timeSquared) - (_time * _time);
        var zoneSpread = (Reads * _zoneSquared) - (_zone * _zone);
        if (timeSpread <= 0 || zoneSpread <= 0)
        {
            return 0;
        }

        var correlation = ((Reads * _timeZone) - (_time * _zone)) / Math.Sqrt(timeSpread * zoneSpread);
        return Math.Abs(correlation) >= Clear ? Math.Sign(correlation) : 0;
    }
}
