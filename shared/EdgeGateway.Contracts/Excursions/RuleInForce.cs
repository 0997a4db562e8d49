using System.Runtime.CompilerServices;

namespace EdgeGateway.Contracts;

/// <summary>A rule of a profile made ready for judging: times in milliseconds, hard limits among the rest.</summary>
internal sealed record RuleInForce
{
    /// <summary>Profiles are few and live long; every probe of a profile shares its rules.</summary>
    private static readonly ConditionalWeakTable<Profile, RuleInForce[]> Ready = [];

    public required string Name { get; init; }

    public required RuleKind Kind { get; init; }

    /// <summary>°C.</summary>
    public required double Limit { get; init; }

    /// <summary>True where too warm is out of range, false where too cold is.</summary>
    public required bool Warm { get; init; }

    /// <summary>A hard limit must be exceeded, and waits for no door.</summary>
    public bool Hard { get; init; }

    /// <summary>Time out of range that breaks the rule.</summary>
    public long LastsMs { get; init; }

    /// <summary>What a cumulative or MKT rule looks back on; null for everything.</summary>
    public long? WindowMs { get; init; }

    public static RuleInForce[] Of(Profile profile) => Ready.GetValue(profile, static p => Make(p).ToArray());

    public bool IsBroken(double celsius) => Warm
        ? celsius > Limit || (!Hard && celsius == Limit)
        : celsius < Limit || (!Hard && celsius == Limit);

    /// <summary>The worse of two readings.</summary>
    public double Worse(double one, double other) => Warm ? Math.Max(one, other) : Math.Min(one, other);

    private static IEnumerable<RuleInForce> Make(Profile profile)
    {
        foreach (var rule in profile.Rules)
        {
            yield return new RuleInForce
            {
                Name = rule.Name,
                Kind = rule.MktAbove is not null ? RuleKind.Mkt : rule.Cumulative is not null ? RuleKind.Cumulative : RuleKind.Run,
                Limit = rule.Above ?? rule.Below ?? rule.MktAbove
                    ?? throw new ArgumentException($"A rule of profile '{profile.Name}' has no limit; Profile.Check would have said so.", nameof(profile)),
                Warm = rule.Below is null,
                LastsMs = (long)(rule.Cumulative ?? rule.For ?? TimeSpan.Zero).TotalMilliseconds,
                WindowMs = (long?)rule.Window?.TotalMilliseconds,
            };
        }

        if (profile.HardAbove is { } above)
        {
            yield return new RuleInForce { Name = $"hard above {above}", Kind = RuleKind.Run, Limit = above, Warm = true, Hard = true };
        }

        if (profile.HardBelow is { } below)
        {
            yield return new RuleInForce { Name = $"hard below {below}", Kind = RuleKind.Run, Limit = below, Warm = false, Hard = true };
        }
    }
}

/// <summary>How a rule measures; the number is also its tag in a stored state.</summary>
internal enum RuleKind : byte
{
    Run = 1,
    Cumulative = 2,
    Mkt = 3,
}
