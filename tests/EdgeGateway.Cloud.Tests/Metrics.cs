using System.Globalization;

namespace EdgeGateway.Cloud.Tests;

/// <summary>Reads Prometheus' text format.</summary>
internal static class Metrics
{
    /// <summary>Value of a series, named with its labels as the page has them; NaN when it is not there.</summary>
    public static double Of(string page, string series) => page.Split('\n')
        .Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
        .Select(line => double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture))
        .SingleOrDefault(double.NaN);
}
