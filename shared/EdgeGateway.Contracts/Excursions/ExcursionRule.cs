using System.Globalization;
using System.Text.Json.Serialization;

namespace EdgeGateway.Contracts;

/// <summary>
/// One rule of a <see cref="Profile"/>: a limit and how long it may be reached. Exactly one of <see cref="Above"/>,
/// <see cref="Below"/> and <see cref="MktAbove"/> is set. A reading at the limit of <c>above</c> or <c>below</c> counts
/// as out of range, as the WHO's and mSupply's rules have it (≥ 8 °C); a mean kinetic temperature must exceed its limit (USP: MKT ≤ 8 is fine).
/// </summary>
public sealed record ExcursionRule
{
    /// <summary>°C at or above which a reading is out of range.</summary>
    public double? Above { get; init; }

    /// <summary>°C at or below which a reading is out of range.</summary>
    public double? Below { get; init; }

    /// <summary>°C that the mean kinetic temperature of <see cref="Window"/> may not exceed.</summary>
    public double? MktAbove { get; init; }

    /// <summary>Time out of range without a break after which the rule is broken; null or 0: at the first reading.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Time out of range in all, within <see cref="Window"/>, after which the rule is broken.</summary>
    public TimeSpan? Cumulative { get; init; }

    /// <summary>What <see cref="Cumulative"/> or <see cref="MktAbove"/> looks back on; for cumulative null means everything.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>The rule in words, for example <c>above 8 for 30m</c>: its identity in alerts.</summary>
    [JsonIgnore]
    public string Name
    {
        get
        {
            var limit = string.Create(CultureInfo.InvariantCulture, $"{(MktAbove is null ? "" : "mkt ")}{(Below is null ? "above" : "below")} {Above ?? Below ?? MktAbove}");
            var span = Cumulative is { } cumulative ? $" cumulative {Duration.Format(cumulative)}"
                : For is { } time && time > TimeSpan.Zero ? $" for {Duration.Format(time)}" : "";
            return limit + span + (Window is { } window ? $" in {Duration.Format(window)}" : "");
        }
    }

    /// <summary>What is wrong with the rule, as JSON path below it (empty for the rule itself) and message.</summary>
    public IEnumerable<(string Path, string Message)> Check()
    {
        if ((Above is null ? 0 : 1) + (Below is null ? 0 : 1) + (MktAbove is null ? 0 : 1) != 1)
        {
            yield return ("", "needs exactly one of above, below and mktAbove");
        }

        if (MktAbove is not null)
        {
            if (For is not null || Cumulative is not null)
            {
                yield return ("mktAbove", "goes with a window, not with for or cumulative");
            }

            if (Window is null)
            {
                yield return ("window", "is missing: the time mktAbove looks back on");
            }
        }
        else if (For is not null && Cumulative is not null)
        {
            yield return ("cumulative", "excludes for: make it a rule of its own");
        }
        else if (Window is not null && Cumulative is null)
        {
            yield return ("window", "goes with cumulative or mktAbove");
        }

        if (Window <= TimeSpan.Zero)
        {
            yield return ("window", "must be longer than 0");
        }

        if (Cumulative <= TimeSpan.Zero)
        {
            yield return ("cumulative", "must be longer than 0");
        }

        if (Cumulative > Window)
        {
            yield return ("cumulative", "must not be longer than the window");
        }

        foreach (var (path, limit) in new[] { ("above", Above), ("below", Below), ("mktAbove", MktAbove) })
        {
            if (limit is < TemperatureEvent.MinCelsius or > TemperatureEvent.MaxCelsius or double.NaN)
            {
                yield return (path, "is no temperature in °C");
            }
        }
    }
}
