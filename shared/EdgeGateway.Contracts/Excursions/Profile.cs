using System.Text.Json.Serialization;

namespace EdgeGateway.Contracts;

/// <summary>The rules that judge a probe, as <c>profiles</c> of the configuration names them. Temperatures in °C.</summary>
public sealed record Profile
{
    /// <summary>Gap after which nothing is known any more where a profile has no <see cref="SilentAfter"/>: cold chain loggers record at least that often.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(30);

    /// <summary>Its key in <c>profiles</c>.</summary>
    [JsonIgnore]
    public string Name { get; init; } = "";

    public IReadOnlyList<ExcursionRule> Rules { get; init; } = [];

    /// <summary>Time without a sample after which the probe is silent; null when silence is not judged.</summary>
    public TimeSpan? SilentAfter { get; init; }

    /// <summary>How long an open door may warm the air before a warm breach opens.</summary>
    public TimeSpan? DoorGrace { get; init; }

    /// <summary>Past this an excursion opens at once, door or not.</summary>
    public double? HardAbove { get; init; }

    /// <inheritdoc cref="HardAbove"/>
    public double? HardBelow { get; init; }

    /// <summary>What is wrong with the profile, as JSON path below it and message; empty when nothing is.</summary>
    public IEnumerable<(string Path, string Message)> Check()
    {
        for (var i = 0; i < Rules.Count; i++)
        {
            foreach (var (path, message) in Rules[i].Check())
            {
                yield return (path.Length == 0 ? $"rules[{i}]" : $"rules[{i}].{path}", message);
            }

            if (Rules.Take(i).Any(other => other.Name == Rules[i].Name))
            {
                yield return ($"rules[{i}]", $"the rule '{Rules[i].Name}' is there twice");
            }
        }

        if (SilentAfter <= TimeSpan.Zero)
        {
            yield return ("silentAfter", "must be longer than 0");
        }

        if (HardAbove <= HardBelow)
        {
            yield return ("hardAbove", $"must be more than hardBelow ({HardBelow})");
        }
    }
}
