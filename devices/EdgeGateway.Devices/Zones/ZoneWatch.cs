using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Zones;

/// <summary>
/// Tells when one vehicle enters zones, stays in them for their dwell time and leaves them. At the edge a position wanders in
/// and out: only beyond the zone's hysteresis has it left. The first position within a zone enters it.
/// </summary>
internal sealed class ZoneWatch
{
    private readonly IReadOnlyList<PositionZone> zones;
    private readonly Visit[] visits;
    private readonly List<ZoneVisit> changes = [];

    /// <param name="zones">The zones.</param>
    /// <param name="open">Visits that had begun before the watching did.</param>
    public ZoneWatch(IReadOnlyList<PositionZone> zones, IReadOnlyList<OpenVisit> open)
    {
        this.zones = zones;
        visits = [.. zones.Select(zone => open.FirstOrDefault(visit => visit.Zone == zone.Name) is { } visit ? new Visit(IsInside: true, visit.Since, visit.IsDwellTold) : default)];
    }

    /// <summary>Takes the next position and returns what it changes, usually nothing. The list is used again by the next call.</summary>
    /// <param name="fix">Where the vehicle is.</param>
    /// <param name="at">When, on one clock; null while nobody knows, which starts the measuring of a stay anew.</param>
    public IReadOnlyList<ZoneVisit> Observe(in Fix fix, DateTimeOffset? at)
    {
        changes.Clear();
        for (var i = 0; i < visits.Length; i++)
        {
            if (!(fix.AccuracyMetres > zones[i].HysteresisMetres))
            {
                Observe(zones[i], ref visits[i], fix, at);
            }
        }

        return changes;
    }

    private void Observe(PositionZone zone, ref Visit visit, in Fix fix, DateTimeOffset? at)
    {
        var outside = zone.MetresOutside(fix);
        if (!visit.IsInside)
        {
            if (outside == 0)
            {
                visit = new Visit(IsInside: true, at, IsDwellTold: false);
                changes.Add(new ZoneVisit(zone.Name, ZoneChange.Entered, at, null));
            }

            return;
        }

        if (at is null || visit.Since is null || at < visit.Since)
        {
            visit = visit with { Since = at };
        }

        var inside = at - visit.Since;
        if (outside > zone.HysteresisMetres)
        {
            changes.Add(new ZoneVisit(zone.Name, ZoneChange.Left, visit.Since, inside));
            visit = default;
        }
        else if (inside >= zone.Dwell && !visit.IsDwellTold)
        {
            visit = visit with { IsDwellTold = true };
            changes.Add(new ZoneVisit(zone.Name, ZoneChange.Dwelled, visit.Since, inside));
        }
    }

    private readonly record struct Visit(bool IsInside, DateTimeOffset? Since, bool IsDwellTold);
}
