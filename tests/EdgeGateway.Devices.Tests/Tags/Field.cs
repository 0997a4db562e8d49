using EdgeGateway.Contracts;
using EdgeGateway.Devices.Tags;

namespace EdgeGateway.Devices.Tests.Tags;

/// <summary>Plays reads to the smoothing; times in seconds from <see cref="Start"/>.</summary>
internal sealed class Field(TagSmoothingSettings settings)
{
    public const string Carton = "3074257BF7194E4000001A85";

    public static readonly DateTimeOffset Start = new(2026, 1, 2, 8, 0, 0, TimeSpan.Zero);

    public static readonly ReaderPlace Dock = new("dock-1", "receiving");

    public static readonly ReaderPlace Shelf = new("shelf-2", "shelf");

    public static readonly ReaderPlace Portal = new("gate", "shelf") { AntennaZones = ["yard", "hall"] };

    public TagSmoothing Smoothing { get; } = new(settings);

    public List<TagEvent> Changes { get; } = [];

    public static DateTimeOffset At(double second) => Start.AddSeconds(second);

    public Field Read(
        double second, ReaderPlace place, double? rssiDbm = -50, int? antenna = 1, string hex = Carton, double? observed = null, string device = "reader")
    {
        var observedAt = observed is { } seconds ? At(seconds) : (DateTimeOffset?)null;
        Smoothing.Observe(new TagReading(device, observedAt, hex, rssiDbm, antenna), place, At(second), Changes);
        return this;
    }

    public Field Expire(double second)
    {
        Smoothing.Expire(At(second), Changes);
        return this;
    }

    /// <summary>Changes as <c>arrived dock-1 receiving at 0</c>.</summary>
    public string[] Told() => [.. Changes.Select(change =>
        $"{change.Change.ToString().ToLowerInvariant()} {change.Zone} {change.Passage} at {(change.ObservedAt - Start).TotalSeconds}")];
}
