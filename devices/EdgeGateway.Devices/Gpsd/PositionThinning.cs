namespace EdgeGateway.Devices.Gpsd;

/// <summary>
/// Chooses the fixes worth keeping of a receiver that gives several a second: one at least each interval and each
/// distance, and in between every one at which the vehicle came to a stop, left it, or had turned.
/// </summary>
internal sealed class PositionThinning(TimeSpan every, double distanceMetres, double turnDegrees)
{
    // A parked receiver wanders at some decimetres a second: between the two speeds the state does not change.
    private const double StoppedBelow = 0.5;
    private const double MovingAbove = 1.5;

    private Fix? _previous;
    private Fix? _kept;
    private double? _keptCourse;
    private bool _moving;

    /// <summary>Takes the next fix. Returns whether it is to be kept.</summary>
    public bool Keep(in Fix fix)
    {
        var speed = fix.SpeedMetresPerSecond ?? SpeedSincePrevious(fix);
        var wasMoving = _moving;
        _moving = speed > MovingAbove || (_moving && speed >= StoppedBelow);
        var course = speed > MovingAbove ? fix.CourseDegrees ?? _previous?.CourseTo(fix) : null;
        _previous = fix;

        var keep = _kept is not { } kept
            || _moving != wasMoving
            || fix.Time < kept.Time
            || fix.Time - kept.Time >= every
            || kept.MetresTo(fix) >= distanceMetres
            || (course is { } now && _keptCourse is { } then && Math.Abs(Math.IEEERemainder(now - then, 360)) >= turnDegrees);
        if (keep)
        {
            _kept = fix;
            _keptCourse = course ?? _keptCourse;
        }
        else
        {
            _keptCourse ??= course;
        }

        return keep;
    }

    private double SpeedSincePrevious(in Fix fix)
    {
        var seconds = _previous is { } previous ? (fix.Time - previous.Time).TotalSeconds : 0;
        return seconds > 0 ? _previous!.Value.MetresTo(fix) / seconds : 0;
    }
}
