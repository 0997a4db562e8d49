namespace EdgeGateway.Devices;

/// <summary>Where a receiver was at one moment, WGS 84.</summary>
/// <param name="Time">Time of the fix.</param>
/// <param name="Latitude">Degrees, -90 to 90.</param>
/// <param name="Longitude">Degrees, -180 to 180.</param>
/// <param name="AccuracyMetres">Estimated horizontal error.</param>
/// <param name="SpeedMetresPerSecond">Over ground.</param>
/// <param name="CourseDegrees">From true north, 0 to 360.</param>
internal readonly record struct Fix(
    DateTimeOffset Time, double Latitude, double Longitude,
    double? AccuracyMetres = null, double? SpeedMetresPerSecond = null, double? CourseDegrees = null)
{
    private const double EarthRadiusMetres = 6_371_008.8;

    /// <summary>Great-circle distance.</summary>
    public double MetresTo(in Fix other)
    {
        var latitude = double.DegreesToRadians(Latitude);
        var otherLatitude = double.DegreesToRadians(other.Latitude);
        var north = Math.Sin((otherLatitude - latitude) / 2);
        var east = Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2);
        var haversine = (north * north) + (Math.Cos(latitude) * Math.Cos(otherLatitude) * east * east);
        return 2 * EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(haversine)));
    }

    /// <summary>Initial course of the great circle, 0 to 360°.</summary>
    public double CourseTo(in Fix other)
    {
        var latitude = double.DegreesToRadians(Latitude);
        var otherLatitude = double.DegreesToRadians(other.Latitude);
        var longitudes = double.DegreesToRadians(other.Longitude - Longitude);
        var course = Math.Atan2(
            Math.Sin(longitudes) * Math.Cos(otherLatitude),
            (Math.Cos(latitude) * Math.Sin(otherLatitude)) - (Math.Sin(latitude) * Math.Cos(otherLatitude) * Math.Cos(longitudes)));
        return (double.RadiansToDegrees(course) + 360) % 360;
    }
}
