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

    private Fix? last;
    private Fix? lastKept;
    private double? keptCourse;
    private double lastSpeed;
    private bool moving;

    /// <summary>Takes the next fix. Returns whether it is to be kept.</summary>
    public bool Keep(in Fix fix)
    {
        var (speedSinceLast, courseSinceLast) = MotionSinceLast(fix);
        var speed = fix.SpeedMetresPerSecond ?? speedSinceLast;
        var wasMoving = moving;
        moving = speed > MovingAbove || (moving && speed >= StoppedBelow);
        var course = speed > MovingAbove ? fix.CourseDegrees ?? courseSinceLast : null;
        (last, lastSpeed) = (fix, speed);

        var keep = lastKept is not { } kept
            || moving != wasMoving
            || fix.Time < kept.Time
            || fix.Time - kept.Time >= every
            || kept.MetresTo(fix) >= distanceMetres
            || (course is { } now && keptCourse is { } then && Math.Abs(Math.IEEERemainder(now - then, 360)) >= turnDegrees);
        if (keep)
        {
            lastKept = fix;
            keptCourse = course ?? keptCourse;
        }
        else
        {
            keptCourse ??= course;
        }

        return keep;
    }

    // For receivers that tell neither. One epoch told twice says nothing new.
    private (double Speed, double? Course) MotionSinceLast(in Fix fix) =>
        last is { } previous && fix.Time > previous.Time
            ? (previous.MetresTo(fix) / (fix.Time - previous.Time).TotalSeconds, previous.CourseTo(fix))
            : (lastSpeed, null);
}
