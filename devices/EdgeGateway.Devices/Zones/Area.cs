namespace EdgeGateway.Devices.Zones;

/// <summary>Distances to an area within corners, on a plane that touches the Earth at the position: right to some metres within 100 km.</summary>
internal static class Area
{
    private const double MetresPerDegree = 111_195;

    /// <summary>Metres from the edge, 0 within it.</summary>
    public static double MetresOutside(IReadOnlyList<ZoneCorner> corners, in Fix fix)
    {
        var inside = false;
        var nearest = double.MaxValue;
        var (x1, y1) = Offset(corners[^1], fix);
        foreach (var corner in corners)
        {
            var (x2, y2) = Offset(corner, fix);

            // A line from the position towards the east crosses the edge of an area around it an odd number of times.
            if ((y1 > 0) != (y2 > 0) && x1 + ((x2 - x1) * -y1 / (y2 - y1)) > 0)
            {
                inside = !inside;
            }

            nearest = Math.Min(nearest, MetresToEdge(x1, y1, x2, y2));
            (x1, y1) = (x2, y2);
        }

        return inside ? 0 : nearest;
    }

    private static double MetresToEdge(double x1, double y1, double x2, double y2)
    {
        var (dx, dy) = (x2 - x1, y2 - y1);
        var length = (dx * dx) + (dy * dy);
        var along = length == 0 ? 0 : Math.Clamp(-((x1 * dx) + (y1 * dy)) / length, 0, 1);
        return double.Hypot(x1 + (along * dx), y1 + (along * dy));
    }

    private static (double East, double North) Offset(ZoneCorner corner, in Fix from) => (
        Math.IEEERemainder(corner.Longitude - from.Longitude, 360) * Math.Cos(double.DegreesToRadians(from.Latitude)) * MetresPerDegree,
        (corner.Latitude - from.Latitude) * MetresPerDegree);
}
