namespace EdgeGateway.Contracts.Tests.Excursions;

public sealed class ProfileTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static TheoryData<ExcursionRule, string, string> Mistaken => new()
    {
        { new ExcursionRule { For = Hour }, "", "exactly one" },
        { new ExcursionRule { Above = 8, Below = 2, For = Hour }, "", "exactly one" },
        { new ExcursionRule { Above = 8, For = Hour, Cumulative = Hour }, "cumulative", "excludes for" },
        { new ExcursionRule { Above = 8, For = Hour, Window = Hour }, "window", "goes with" },
        { new ExcursionRule { MktAbove = 8 }, "window", "is missing" },
        { new ExcursionRule { MktAbove = 8, Window = Hour, For = Hour }, "mktAbove", "not with for" },
        { new ExcursionRule { MktAbove = 8, Window = TimeSpan.Zero }, "window", "longer than 0" },
        { new ExcursionRule { Above = 8, Cumulative = TimeSpan.Zero }, "cumulative", "longer than 0" },
        { new ExcursionRule { Above = 8, Cumulative = Hour * 2, Window = Hour }, "cumulative", "not be longer" },
        { new ExcursionRule { Above = -300 }, "above", "no temperature" },
        { new ExcursionRule { Below = double.NaN }, "below", "no temperature" },
    };

    [Theory]
    [MemberData(nameof(Mistaken))]
    public void A_mistake_in_a_rule_is_named_with_its_path(ExcursionRule rule, string path, string message)
    {
        var (foundPath, foundMessage) = Assert.Single(rule.Check());

        Assert.Equal(path, foundPath);
        Assert.Contains(message, foundMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mistakes_of_a_profile_have_paths_from_its_root()
    {
        var rule = new ExcursionRule { Above = 8, For = Hour };
        var profile = new Profile
        {
            Rules = [rule, rule, new ExcursionRule { MktAbove = 8 }],
            SilentAfter = TimeSpan.Zero,
            HardAbove = 2,
            HardBelow = 3,
        };

        Assert.Equal(["rules[1]", "rules[2].window", "silentAfter", "hardAbove"], profile.Check().Select(mistake => mistake.Path));
    }

    [Fact]
    public void A_sound_profile_has_no_mistakes() =>
        Assert.Empty(new Profile { Rules = [new ExcursionRule { Above = 8 }], SilentAfter = Hour, HardAbove = 15 }.Check());

    [Fact]
    public void A_rule_is_named_by_what_it_says()
    {
        Assert.Equal("above 8 for 30m", new ExcursionRule { Above = 8, For = TimeSpan.FromMinutes(30) }.Name);
        Assert.Equal("below -0.5", new ExcursionRule { Below = -0.5 }.Name);
        Assert.Equal("above 8 cumulative 1h in 1d", new ExcursionRule { Above = 8, Cumulative = Hour, Window = Hour * 24 }.Name);
        Assert.Equal("mkt above 8 in 1d", new ExcursionRule { MktAbove = 8, Window = Hour * 24 }.Name);
    }
}
