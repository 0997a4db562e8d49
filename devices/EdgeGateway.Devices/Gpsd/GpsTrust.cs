namespace EdgeGateway.Devices.Gpsd;

/// <summary>
/// Says when a receiver's time can be trusted: it may be wrong by seconds or by 1024 weeks until the almanac is in,
/// which three 3D fixes in a row, each later than the one before, show.
/// </summary>
internal sealed class GpsTrust
{
    private const int FixesNeeded = 3;

    // A receiver past its week roll-over says a date some 20 years ago, before this program was written.
    private static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private int fixes;
    private DateTimeOffset latest;

    /// <summary>Takes the state of one epoch. Returns whether its time can be trusted.</summary>
    public bool Observe(int mode, DateTimeOffset? time)
    {
        if (mode < 3)
        {
            Forget();
            return false;
        }

        if (time is not { } now || now < Earliest)
        {
            return false;
        }

        if (now == latest)
        {
            // The same epoch told twice is one fix.
            return fixes >= FixesNeeded;
        }

        fixes = now > latest ? Math.Min(fixes + 1, FixesNeeded) : 1;
        latest = now;
        return fixes >= FixesNeeded;
    }

    /// <summary>The receiver was lost or another one took its place.</summary>
    public void Forget() => fixes = 0;
}
