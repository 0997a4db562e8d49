using EdgeGateway.Testing;

namespace EdgeGateway.Pages.Tests;

/// <summary>The tests that shared/pages has of its own: ages, values, places in JSON, the data of the chart.</summary>
public sealed class PageLogicTests
{
    [Fact]
    public async Task The_pages_own_tests_pass()
    {
        var (exitCode, output, errors) = await ChildProcess.Run("npm", ["--prefix", Repository.PathOf("shared/pages"), "test"], within: TimeSpan.FromMinutes(1));
        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("# fail 0", output, StringComparison.Ordinal);
    }
}
